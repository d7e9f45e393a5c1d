import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { WandbRun, WandbRunOptions } from './run.js';

/** W&B's own client for Node. */
export const CLIENT_PACKAGE = '@wandb/sdk';
/** The last rows may take this long to arrive. */
const FINISH_TIMEOUT_MS = 60_000;

/**
 * The client runs on a thread of its own: there it cannot end the process when the server is gone, and takes no Ctrl-C.
 * CommonJS, since that is what a thread takes as text.
 */
const THREAD = `
const { parentPort, workerData } = require('node:worker_threads');
(async () => {
  const found = await import(workerData.client);
  // A CommonJS build stands in one default more.
  const client = [found, found.default, found.default?.default].find((each) => typeof each?.init === 'function');
  const run = await client.init(workerData.options);
  parentPort.on('message', async ({ row, exitCode }) => {
    if (row) return run.log(row);
    await run.finish(exitCode);
    parentPort.postMessage('finished');
    parentPort.close();
  });
})();
`;

/** A run on W&B's server, by the client that the project has installed. */
export class ClientRun implements WandbRun {
  readonly #thread: Worker;
  readonly #ended: Promise<void>;
  #error: Error | undefined;
  #lateConfig = false;

  /** @param client the address of the installed client's main file */
  constructor(client: string, { jobType, ...options }: WandbRunOptions) {
    const init = { ...options, resume: 'allow', ...(jobType !== undefined && { job_type: jobType }) };
    this.#thread = new Worker(THREAD, { eval: true, workerData: { client, options: init } });
    this.#thread.unref();
    this.#ended = new Promise((resolve) => {
      this.#thread.once('message', () => resolve());
      this.#thread.once('exit', () => resolve());
      this.#thread.once('error', (error) => {
        this.#error = error;
        resolve();
      });
    });
  }

  log(row: Readonly<Record<string, unknown>>): void {
    if (!this.#error) this.#thread.postMessage({ row });
  }

  updateConfig(): void {
    this.#lateConfig = true;
  }

  /** The client sends in the background, and tells of failures only. */
  async flush(): Promise<void> {
    if (this.#error) throw this.#error;
    if (!this.#lateConfig) return;
    this.#lateConfig = false;
    throw new Error(`${CLIENT_PACKAGE} takes hyperparameters only before the first row: later ones are not sent`);
  }

  async finish(exitCode: number): Promise<void> {
    this.#thread.ref();
    this.#thread.postMessage({ exitCode });
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, FINISH_TIMEOUT_MS);
    });
    await Promise.race([this.#ended, timeout]);
    clearTimeout(timer);
    await this.#thread.terminate();
    if (this.#error) throw this.#error;
  }
}

/** The address of the client's main file, as the project that runs has it installed; undefined when it has not. */
export function findClient(): string | undefined {
  const places = [process.cwd(), ...(process.argv[1] ? [dirname(process.argv[1])] : [])];
  for (const place of places) {
    try {
      return pathToFileURL(createRequire(join(place, 'package.json')).resolve(CLIENT_PACKAGE)).href;
    } catch {
      // not there
    }
  }
  return undefined;
}
