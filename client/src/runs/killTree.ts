import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** Ends a process and all that it started, at once. The process must lead a group of its own, except on Windows. */
export function killTree(pid: number): void {
  if (process.platform === 'win32') {
    const taskkill = join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'taskkill.exe');
    // Nothing to do when it fails: the process is gone already.
    spawn(taskkill, ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true }).on(
      'error',
      () => undefined,
    );
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // No process of the group is left.
  }
}
