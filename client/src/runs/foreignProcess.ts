import { execFileSync } from 'node:child_process';
import { hostname } from 'node:os';
import type { RunStartedEvent } from 'lightning-tfjs/protocol';
import { mayBeRunning } from 'lightning-tfjs/runs';

/** Clocks are set, and a run begins some time after its process. */
const SLACK_MS = 5_000;

type Process = Pick<RunStartedEvent, 'pid' | 'host' | 'time'>;

/**
 * True when a run's process is surely the one that now has its number: on this machine, there, and begun before the run. A number alone is
 * not enough to send a signal to: the system gives it to others. False where a process's start cannot be known, as on Windows.
 */
export function isSurely(run: Process): boolean {
  if (run.host !== hostname() || !Number.isSafeInteger(run.pid) || run.pid <= 1 || !mayBeRunning(run)) return false;
  if (process.platform === 'linux') return true; // looked at the start already
  if (process.platform === 'win32') return false;
  try {
    const text = execFileSync('/bin/ps', ['-o', 'lstart=', '-p', String(run.pid)], {
      encoding: 'utf8',
      timeout: 2_000,
    });
    return Date.parse(text.trim()) <= run.time + SLACK_MS;
  } catch {
    return false;
  }
}

/** Asks a run's process to end as a terminal does; the first time it stops well, with a checkpoint. False when it is not surely there. */
export function askToEnd(run: Process): boolean {
  return signal(run, run.pid, 'SIGTERM');
}

/** Ends a run's process and what is in its group, at once, when it is surely that one. */
export function killForeign(run: Process): void {
  // It may lead a group, as a terminal's job and a child of an editor do; or be a part of one that is not its own.
  if (!signal(run, -run.pid, 'SIGKILL')) signal(run, run.pid, 'SIGKILL');
}

function signal(run: Process, target: number, name: NodeJS.Signals): boolean {
  if (!isSurely(run)) return false;
  try {
    return process.kill(target, name);
  } catch {
    return false;
  }
}
