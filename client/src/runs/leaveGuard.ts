import { spawn } from 'node:child_process';

/** A run that was left gets so long to end well, with its checkpoint. */
const PATIENCE_MS = 60_000;

/**
 * What the guard does, in a process of its own: waits for the processes to end, and after its patience ends what is left of them and of
 * what they started. Text, since it must not depend on files of an extension that may be taken away just then.
 */
const PROGRAM = `
const [patience, ...pids] = process.argv.slice(1).map(Number);
const isThere = (pid) => { try { process.kill(pid, 0); return true; } catch { return false; } };
const end = (pid) => { for (const target of [-pid, pid]) { try { process.kill(target, 'SIGKILL'); return; } catch {} } };
const begun = Date.now();
let left = pids;
const timer = setInterval(() => {
  // One that is gone stays gone: its number may be another process's by the next look.
  left = left.filter(isThere);
  if (left.length > 0 && Date.now() - begun < patience) return;
  clearInterval(timer);
  left.forEach(end);
}, Math.min(500, patience));
`;

/**
 * For the end of a window: its runs see their channel close and end well by themselves, except one that hangs in a loop, which sees nothing.
 * A small process outlives the window until they are gone, and ends those that do not go.
 */
export function leaveGuard(pids: readonly number[], patienceMs: number = PATIENCE_MS): void {
  if (pids.length === 0) return;
  const guard = spawn(process.execPath, ['-e', PROGRAM, String(patienceMs), ...pids.map(String)], {
    detached: true,
    stdio: 'ignore',
    windowsHide: true,
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  });
  guard.on('error', () => undefined); // the runs were asked to stop in any case
  guard.unref();
}
