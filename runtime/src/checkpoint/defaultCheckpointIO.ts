import type { Checkpoint } from './checkpoint.js';
import { CheckpointError } from './checkpointError.js';
import { CheckpointIO, LocalCheckpointIO } from './checkpointIO.js';
import { HttpCheckpointIO } from './httpCheckpointIO.js';
import { isAddress } from './places.js';
import { S3CheckpointIO } from './s3CheckpointIO.js';

/**
 * What a Trainer uses when it is given nothing else: files of this machine, S3 for addresses that begin with `s3://`, and for reading
 * `https://`.
 */
export class DefaultCheckpointIO extends CheckpointIO {
  readonly #files = new LocalCheckpointIO();
  readonly #s3 = new S3CheckpointIO();
  readonly #web = new HttpCheckpointIO();

  override get takesHeldTensors(): boolean {
    return true;
  }

  async saveCheckpoint(checkpoint: Checkpoint, path: string): Promise<void> {
    await this.#for(path).saveCheckpoint(checkpoint, path);
  }

  async loadCheckpoint(path: string): Promise<Checkpoint> {
    return this.#for(path).loadCheckpoint(path);
  }

  async removeCheckpoint(path: string): Promise<void> {
    await this.#for(path).removeCheckpoint(path);
  }

  async sizeOf(path: string): Promise<number | undefined> {
    return this.#for(path).sizeOf(path);
  }

  override async linkCheckpoint(target: string, path: string): Promise<void> {
    await this.#for(path).linkCheckpoint(target, path);
  }

  #for(path: string): CheckpointIO {
    if (!isAddress(path)) return this.#files;
    if (/^s3:/i.test(path)) return this.#s3;
    if (/^https?:/i.test(path)) return this.#web;
    throw new CheckpointError(path, {
      code: 'checkpoint-address',
      found: 'is an address of a kind that is not known.',
      allowed: 'a path, s3://bucket/key, or https://… to read from',
      fix: 'Give a CheckpointIO of your own that knows it: plugins: [new MyCheckpointIO()].',
    });
  }
}
