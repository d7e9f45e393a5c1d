import { copyFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import type { Checkpoint } from './checkpoint.js';
import { CheckpointError, codeOf, describeSystemError } from './checkpointError.js';
import { readCheckpoint, writeCheckpoint } from './checkpointFile.js';

/**
 * Base of the plugins that bring checkpoints to where they are kept, and back: `plugins: [new AsyncCheckpointIO()]`. One of your own
 * defines the abstract methods. Source: PyTorch Lightning, `CheckpointIO`.
 */
export abstract class CheckpointIO {
  /** Writes a checkpoint. What stood at `path` is replaced only when the new one is complete. */
  abstract saveCheckpoint(checkpoint: Checkpoint, path: string): Promise<void>;
  /** Reads a checkpoint. */
  abstract loadCheckpoint(path: string): Promise<Checkpoint>;
  /** Removes one; not an error when there is none. */
  abstract removeCheckpoint(path: string): Promise<void>;
  /** The size in bytes; undefined when there is no such checkpoint. */
  abstract sizeOf(path: string): Promise<number | undefined>;

  /** True when saving goes on after it was asked for: what looks at a file waits, then. */
  get isDeferred(): boolean {
    return false;
  }

  /**
   * True for one that writes tensors where they stand in the engine's memory, instead of copies of them, and then releases them. Left at
   * false, a checkpoint holds copies, with which one of your own may do what it likes.
   */
  get takesHeldTensors(): boolean {
    return false;
  }

  /** Whether there is such a checkpoint. */
  async has(path: string): Promise<boolean> {
    return (await this.sizeOf(path)) !== undefined;
  }

  /** Makes a checkpoint that was saved known under a second path, as a link where there are links. */
  async linkCheckpoint(target: string, path: string): Promise<void> {
    await this.saveCheckpoint(await this.loadCheckpoint(target), path);
  }

  /** Resolves when all that was asked for is done; rejects when some of it failed. Awaited at the end of a run. */
  async teardown(): Promise<void> {}
}

/** Files of this machine: the default. */
export class LocalCheckpointIO extends CheckpointIO {
  /** Not for a subclass, which may keep what it is given. */
  override get takesHeldTensors(): boolean {
    return isNoSubclass(this);
  }

  async saveCheckpoint(checkpoint: Checkpoint, path: string): Promise<void> {
    await writeCheckpoint(path, checkpoint);
  }

  async loadCheckpoint(path: string): Promise<Checkpoint> {
    return readCheckpoint(path);
  }

  async removeCheckpoint(path: string): Promise<void> {
    await rm(path, { force: true }).catch((cause: unknown) => {
      throw failed(path, 'removed', cause);
    });
  }

  async sizeOf(path: string): Promise<number | undefined> {
    try {
      return (await stat(path)).size;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** A symbolic link, or a copy where the system has none. What was there is replaced in one step. */
  override async linkCheckpoint(target: string, path: string): Promise<void> {
    const temporary = `${path}.link`;
    await rm(temporary, { force: true });
    try {
      await symlink(relative(dirname(path), target), temporary).catch(() => copyFile(target, temporary));
      await rename(temporary, path); // in one step, so that there is always a last checkpoint
    } catch (cause) {
      await rm(temporary, { force: true }).catch(() => {}); // the first failure is the one to report
      throw failed(path, 'written', cause);
    }
  }
}

function failed(path: string, what: 'written' | 'removed', cause: unknown): CheckpointError {
  return new CheckpointError(path, {
    code: 'checkpoint-write',
    found: `could not be ${what}: ${describeSystemError(cause)}.`,
    cause,
  });
}

/** A class must not name itself inside itself: bundlers rename it. */
function isNoSubclass(io: CheckpointIO): boolean {
  return Object.getPrototypeOf(io) === LocalCheckpointIO.prototype;
}
