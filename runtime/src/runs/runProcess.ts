import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { RunStartedEvent } from '../protocol/index.js';

/** Linux counts processes' times in these. */
const TICKS_PER_SECOND = 100;
/** Clocks are set, and a run begins some time after its process. */
const SLACK_MS = 5_000;

/**
 * True while the process of a run may still be there. Of another machine's process nobody here can know that it is gone. A process that
 * began after the run is another one under the same number.
 */
export function mayBeRunning({ pid, host, time }: Pick<RunStartedEvent, 'pid' | 'host' | 'time'>): boolean {
  if (host !== undefined && host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // It is there and belongs to somebody else.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  return process.platform !== 'linux' || isThatProcess(pid, time);
}

function isThatProcess(pid: number, runStartedMs: number): boolean {
  try {
    // Behind the name, which may hold anything: the state, and as the 20th field the time since the machine's start.
    const [, fields = ''] = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    const [state, ...rest] = fields.split(' ');
    if (state === 'Z') return false; // ended; only its parent has not noticed
    const bootSeconds = Number(/^btime (\d+)/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]);
    const startedMs = (bootSeconds + Number(rest[18]) / TICKS_PER_SECOND) * 1000;
    return !(startedMs > runStartedMs + SLACK_MS);
  } catch {
    return true; // no /proc: the signal said that it is there
  }
}
