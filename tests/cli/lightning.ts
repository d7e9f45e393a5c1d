import { type ChildProcess, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** The built command line. */
export const LIGHTNING = join(here, '../../runtime/bin/lightning.js');

/** A file of this folder's fixtures. */
export function fixture(name: string): string {
  return join(here, 'fixtures', name);
}

/** Starts `lightning …`; the caller awaits its end. */
export function startLightning(args: readonly string[], cwd: string, env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, [LIGHTNING, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** What a finished `lightning …` printed, and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Collects what a child prints until it is gone. */
export function ended(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (data) => {
    stdout += data;
  });
  child.stderr?.on('data', (data) => {
    stderr += data;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** Runs `lightning …` to its end. */
export function lightning(args: readonly string[], cwd: string, env: Record<string, string> = {}): Promise<Ended> {
  return ended(startLightning(args, cwd, env));
}
