import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer } from './contestants/serve.js';
import type { Contestant } from './measure.js';

/**
 * Starts a contestant in a process of its own, since two engines in one would share their compiler and their memory.
 * Resolves when it is ready.
 * @param file its name in `contestants/`
 */
export async function startContestant(name: string, file: string, args: readonly string[]): Promise<Contestant> {
  const path = fileURLToPath(new URL(`./contestants/${file}.mjs`, import.meta.url));
  const child = fork(path, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  await answer(name, child);
  return {
    name,
    async round() {
      const answered = answer(name, child);
      child.send('round');
      return answered;
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.disconnect();
      await gone;
    },
  };
}

/** Runs work with contestants that are ended afterwards, whatever happens. */
export async function withContestants<T>(
  starting: readonly (() => Promise<Contestant>)[],
  work: (contestants: readonly Contestant[]) => Promise<T>,
): Promise<T> {
  const contestants: Contestant[] = [];
  try {
    for (const start of starting) contestants.push(await start());
    return await work(contestants);
  } finally {
    for (const contestant of contestants) await contestant[Symbol.asyncDispose]();
  }
}

/** The next answer of a contestant. Rejects when it failed, or ended. */
function answer(name: string, child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`${name} ended with exit code ${code}.`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      const { milliseconds, error } = message as Answer; // by `serve`, which is what runs there
      if (error === undefined) resolve(milliseconds ?? Number.NaN);
      else reject(new Error(`${name} failed: ${error}`));
    });
  });
}
