import type { FileHandle } from 'node:fs/promises';
import type { HeldTensor } from './heldTensor.js';

/** Below Node's limit of 2 GiB for one write. */
const MAX_WRITE_BYTES = 1 << 30;
/** Systems take at most 1024 pieces in one write. */
const MAX_PIECES = 512;
/** Of memory that may move so much is copied at once: it takes about a millisecond, between which training goes on. */
const COPY_BYTES = 1 << 22;

/**
 * Writes bytes that stand in many places, one after the other, in as few calls as possible: each of them goes on while JavaScript does other
 * things, and is over without it.
 */
export class PieceWriter {
  readonly #handle: FileHandle;
  #pieces: Uint8Array[] = [];
  #pending = 0;
  /** Tensors whose pieces wait. */
  #held: HeldTensor[] = [];
  #total = 0;
  #copy: Uint8Array | undefined;

  /** @param handle borrowed */
  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Bytes that were added. */
  get total(): number {
    return this.#total;
  }

  /** @param bytes not to be changed until {@link flush} */
  async add(bytes: Uint8Array): Promise<void> {
    for (let begin = 0; begin < bytes.byteLength; begin += MAX_WRITE_BYTES) {
      const piece = bytes.subarray(begin, Math.min(begin + MAX_WRITE_BYTES, bytes.byteLength));
      if (this.#pieces.length >= MAX_PIECES || this.#pending + piece.byteLength > MAX_WRITE_BYTES) await this.flush();
      this.#pieces.push(piece);
      this.#pending += piece.byteLength;
      this.#total += piece.byteLength;
    }
  }

  /** The bytes of a tensor, which is released when they are written. */
  async addHeld(tensor: HeldTensor): Promise<void> {
    const { held } = tensor;
    const { byteLength } = held;
    if (held.isStable) {
      await this.add(held.bytes(0, byteLength));
      this.#held.push(tensor);
      return;
    }
    await this.flush();
    this.#copy ??= new Uint8Array(COPY_BYTES);
    for (let begin = 0; begin < byteLength; begin += COPY_BYTES) {
      const end = Math.min(begin + COPY_BYTES, byteLength);
      this.#copy.set(held.bytes(begin, end));
      await this.#write(this.#copy.subarray(0, end - begin));
    }
    this.#total += byteLength;
    tensor.release();
  }

  /** Resolves when all is written. */
  async flush(): Promise<void> {
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#pending = 0;
    if (pieces.length === 1 && pieces[0]) await this.#write(pieces[0]);
    else if (pieces.length > 0) await this.#writeTogether(pieces);
    for (const tensor of this.#held.splice(0)) tensor.release();
  }

  /** A system may write less than it was given; what is left is written piece by piece. */
  async #writeTogether(pieces: readonly Uint8Array[]): Promise<void> {
    let { bytesWritten } = await this.#handle.writev([...pieces]);
    for (const piece of pieces) {
      const done = Math.min(bytesWritten, piece.byteLength);
      bytesWritten -= done;
      if (done < piece.byteLength) await this.#write(piece.subarray(done));
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    let written = 0;
    while (written < bytes.byteLength) {
      const { bytesWritten } = await this.#handle.write(bytes, written, bytes.byteLength - written);
      written += bytesWritten;
    }
  }
}
