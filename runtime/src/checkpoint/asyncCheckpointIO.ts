import type { Checkpoint } from './checkpoint.js';
import { CheckpointIO } from './checkpointIO.js';
import { DefaultCheckpointIO } from './defaultCheckpointIO.js';
import { releaseTensors } from './heldTensor.js';

/**
 * Writes checkpoints while training goes on. What is saved is that moment: weights stay in the engine's memory until they are written, and
 * an update in the meantime puts its new values elsewhere. One is written
 * at a time, and all that is asked for happens in order: a file is removed only when the one that replaces it stands. A save that
 * comes while another is being written waits for that one, so that no more than one is in memory. A failure is thrown by the next
 * call, or at the end of the run. Source: PyTorch Lightning, `AsyncCheckpointIO`.
 *
 * @example
 * new Trainer({ plugins: [new AsyncCheckpointIO()] });
 */
export class AsyncCheckpointIO extends CheckpointIO {
  readonly #io: CheckpointIO;
  #queue: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;
  /** Of checkpoints that are not written yet: whether they will be there. */
  readonly #pending = new Map<string, boolean>();

  /** @param io where checkpoints go; default: as without this plugin */
  constructor(io: CheckpointIO = new DefaultCheckpointIO()) {
    super();
    this.#io = io;
  }

  override get takesHeldTensors(): boolean {
    return this.#io.takesHeldTensors;
  }

  override get isDeferred(): boolean {
    return true;
  }

  /** Resolves when writing has begun; see {@link teardown} for the end. */
  override async saveCheckpoint(checkpoint: Checkpoint, path: string): Promise<void> {
    await this.#queue;
    try {
      this.#throwFailure();
    } catch (error) {
      releaseTensors(checkpoint); // it will not be written
      throw error;
    }
    this.#add(path, true, () => this.#io.saveCheckpoint(checkpoint, path));
  }

  override async removeCheckpoint(path: string): Promise<void> {
    this.#add(path, false, () => this.#io.removeCheckpoint(path));
  }

  override async linkCheckpoint(target: string, path: string): Promise<void> {
    this.#add(path, true, () => this.#io.linkCheckpoint(target, path));
  }

  override async loadCheckpoint(path: string): Promise<Checkpoint> {
    await this.#queue;
    return this.#io.loadCheckpoint(path);
  }

  override async sizeOf(path: string): Promise<number | undefined> {
    await this.#queue;
    return this.#io.sizeOf(path);
  }

  /** True when there is such a checkpoint, or will be one when all is written. */
  override async has(path: string): Promise<boolean> {
    return this.#pending.get(path) ?? this.#io.has(path);
  }

  override async teardown(): Promise<void> {
    await this.#queue;
    await this.#io.teardown();
    this.#throwFailure();
  }

  /** After a failure nothing more is done until it was told: a removal that follows would take the last good file. */
  #add(path: string, willBeThere: boolean, work: () => Promise<void>): void {
    this.#pending.set(path, willBeThere);
    this.#queue = this.#queue
      .then(() => (this.#failure ? undefined : work()))
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .then(() => {
        this.#pending.delete(path);
      });
  }

  #throwFailure(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure.error;
  }
}
