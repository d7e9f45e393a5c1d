import type { BatchReader, Surroundings } from './batchReader.js';
import type { ResolvedOptions } from './dataLoaderOptions.js';
import type { IndexedPass } from './indexedReader.js';
import { type PassKey, workerSeed } from './sampleDraws.js';
import type { WorkerTask } from './workerMessages.js';
import { type WorkerPlan, workerPlanOf } from './workerPlan.js';
import { WorkerPool } from './workerPool.js';
import { WorkerReader } from './workerReader.js';

/** A DataLoader's threads, over its passes. */
export class LoaderWorkers {
  readonly #sources: WorkerPlan;
  readonly #task: WorkerTask;
  readonly #options: ResolvedOptions;
  /** All that run. */
  readonly #pools = new Set<WorkerPool>();
  /** The one that stays from pass to pass. */
  #persistent: WorkerPool | undefined;

  /** @throws MisconfigurationError when threads cannot make this data */
  constructor(data: unknown, task: WorkerTask, options: ResolvedOptions) {
    this.#sources = workerPlanOf(data);
    this.#task = task;
    this.#options = options;
  }

  /** Starts threads for a pass, or goes on with those of the last one. */
  read(pass: IndexedPass, key: PassKey, around: Surroundings): BatchReader {
    const { numWorkers, prefetchFactor, timeout, persistentWorkers } = this.#options;
    const pool = this.#poolFor(key);
    const reading = {
      pool,
      sources: this.#sources,
      key,
      ahead: numWorkers * prefetchFactor,
      timeoutSeconds: timeout,
      sendsSamples: this.#task === 'samples',
      release: async () => {
        if (!persistentWorkers || !pool.isAlive) await this.#end(pool);
      },
    };
    return new WorkerReader(reading, pass, around);
  }

  /** Ends all threads. */
  async dispose(): Promise<void> {
    this.#persistent = undefined;
    await Promise.all([...this.#pools].map((pool) => this.#end(pool)));
  }

  #poolFor(key: PassKey): WorkerPool {
    if (this.#persistent?.isAlive) return this.#persistent;
    const { numWorkers, persistentWorkers } = this.#options;
    const seed = (workerId: number) => workerSeed(key, workerId);
    const pool = new WorkerPool({ numWorkers, task: this.#task, origins: this.#sources.origins, seed });
    this.#pools.add(pool);
    if (persistentWorkers) this.#persistent = pool;
    return pool;
  }

  async #end(pool: WorkerPool): Promise<void> {
    this.#pools.delete(pool);
    await pool.dispose();
  }
}
