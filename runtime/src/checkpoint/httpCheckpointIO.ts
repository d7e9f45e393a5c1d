import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Checkpoint } from './checkpoint.js';
import { CheckpointError } from './checkpointError.js';
import { readCheckpoint } from './checkpointFile.js';
import { CheckpointIO } from './checkpointIO.js';

/** Bounds of a download. */
export interface HttpCheckpointIOOptions {
  /** Larger files are refused; default 16 GiB. */
  maxBytes?: number;
  /** The download is given up when so long nothing comes; default 60,000. */
  timeoutMs?: number;
}

const DEFAULTS = { maxBytes: 16 * 2 ** 30, timeoutMs: 60_000 } as const satisfies HttpCheckpointIOOptions;

/** Reads checkpoints at `https://` and `http://` addresses; nothing can be written there. */
export class HttpCheckpointIO extends CheckpointIO {
  readonly #maxBytes: number;
  readonly #timeoutMs: number;

  constructor(options: HttpCheckpointIOOptions = {}) {
    super();
    const { maxBytes, timeoutMs } = { ...DEFAULTS, ...options };
    this.#maxBytes = maxBytes;
    this.#timeoutMs = timeoutMs;
  }

  /** @throws CheckpointError when it cannot be had, is too large or no checkpoint; the temporary file is gone then, too */
  async loadCheckpoint(path: string): Promise<Checkpoint> {
    const file = join(tmpdir(), `lightning-${randomUUID()}.ckpt`);
    try {
      await this.#download(path, file);
      return await readCheckpoint(file);
    } catch (cause) {
      if (!(cause instanceof CheckpointError) || cause.path === path) throw cause;
      // The message would name a file that nobody has seen.
      throw failure(path, `was downloaded, but: ${cause.message.replaceAll(file, 'the file')}`, cause, cause.code);
    } finally {
      await rm(file, { force: true });
    }
  }

  async sizeOf(path: string): Promise<number | undefined> {
    const signal = AbortSignal.timeout(this.#timeoutMs);
    const answer = await fetch(path, { method: 'HEAD', signal }).catch((cause: unknown) => {
      throw unreachable(path, cause);
    });
    // Whoever does not answer this kind of question may still have the file.
    if ([404, 410].includes(answer.status)) return undefined;
    return Number(answer.headers.get('content-length') ?? 0);
  }

  async saveCheckpoint(_checkpoint: Checkpoint, path: string): Promise<void> {
    throw readOnly(path);
  }

  async removeCheckpoint(path: string): Promise<void> {
    throw readOnly(path);
  }

  async #download(path: string, file: string): Promise<void> {
    const idle = new AbortController();
    const giveUp = () => idle.abort(new Error(`nothing came for ${this.#timeoutMs / 1000} s`));
    let timer = setTimeout(giveUp, this.#timeoutMs);
    let received = 0;
    const limited = async function* (this: HttpCheckpointIO, body: AsyncIterable<Uint8Array>) {
      for await (const piece of body) {
        clearTimeout(timer);
        timer = setTimeout(giveUp, this.#timeoutMs);
        received += piece.byteLength;
        if (received > this.#maxBytes) throw tooLarge(path, this.#maxBytes);
        yield piece;
      }
    }.bind(this);
    try {
      const answer = await fetch(path, { signal: idle.signal });
      if (!answer.ok || !answer.body)
        throw failure(path, `could not be read: the server answered ${answer.status} ${answer.statusText}.`);
      if (Number(answer.headers.get('content-length')) > this.#maxBytes) throw tooLarge(path, this.#maxBytes);
      await pipeline(Readable.fromWeb(answer.body), limited, createWriteStream(file, { flags: 'wx' }), {
        signal: idle.signal,
      });
    } catch (cause) {
      throw cause instanceof CheckpointError
        ? cause
        : unreachable(path, idle.signal.aborted ? idle.signal.reason : cause);
    } finally {
      clearTimeout(timer);
    }
  }
}

function tooLarge(path: string, maxBytes: number): CheckpointError {
  return failure(path, `is larger than ${maxBytes} bytes, the limit.`, undefined, 'checkpoint-limit');
}

function readOnly(path: string): CheckpointError {
  return new CheckpointError(path, {
    code: 'checkpoint-address',
    found: 'cannot be written: web addresses are for reading.',
    allowed: 'a path, or s3://bucket/key',
  });
}

function unreachable(path: string, cause: unknown): CheckpointError {
  // fetch says "fetch failed", and the reason one level below.
  const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  return failure(path, `could not be read: ${reason instanceof Error ? reason.message : String(reason)}.`, cause);
}

function failure(
  path: string,
  found: string,
  cause?: unknown,
  code: CheckpointError['code'] = 'checkpoint-read',
): CheckpointError {
  return new CheckpointError(path, { code: code as 'checkpoint-read', found, cause });
}
