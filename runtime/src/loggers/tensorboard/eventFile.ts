import { hostname } from 'node:os';
import { join } from 'node:path';
import { crc32c, masked } from '../crc.js';
import { GrowingFile } from '../growingFile.js';
import { type EventBody, encodeEvent, FILE_VERSION } from './messages.js';

/** Counts the files of this process: the last number in their names. */
let filesMade = 0;

/** Bytes that wait to be written; while a disk is full, newer events are lost. */
const MAX_PENDING_BYTES = 64e6;
const MIN_BUFFER_BYTES = 16_384;

/**
 * One `events.out.tfevents.…` file: TFRecords of TensorBoard's events, in the order of the calls. Adding is a matter of
 * memory; {@link flush} writes.
 */
export class EventFile {
  readonly #file: GrowingFile;
  /** Records that are complete; a promise is one whose picture is still being packed. */
  #parts: (Buffer | Promise<Buffer>)[] = [];
  #buffer = Buffer.allocUnsafe(MIN_BUFFER_BYTES);
  #length = 0;
  #partBytes = 0;
  #flushing: Promise<void> | undefined;

  /** @param suffix at the end of the file's name */
  constructor(directory: string, suffix = '') {
    const seconds = String(Math.floor(Date.now() / 1000)).padStart(10, '0');
    const name = `events.out.tfevents.${seconds}.${hostname()}.${process.pid}.${filesMade++}${suffix}`;
    this.#file = new GrowingFile(join(directory, name));
    this.add(now(), undefined, FILE_VERSION);
  }

  get path(): string {
    return this.#file.path;
  }

  /** @param wallTime seconds since 1970 */
  add(wallTime: number, step: number | undefined, body: EventBody): void {
    this.#record(encodeEvent(wallTime, step, body));
  }

  /** Adds an event that takes time to make; those that are added later stand after it. */
  addLater(wallTime: number, step: number | undefined, body: Promise<EventBody>): void {
    this.#seal();
    const record = body.then((ready) => toRecord(encodeEvent(wallTime, step, ready)));
    record.catch(() => undefined); // flush tells of it
    this.#parts.push(record);
  }

  /** Writes all that was added. Rejects with the system's own error; the next flush tries again. */
  async flush(): Promise<void> {
    await this.#flushing?.catch(() => undefined); // told to its caller
    this.#flushing = this.#write();
    await this.#flushing;
  }

  async #write(): Promise<void> {
    this.#seal();
    const parts = this.#parts;
    if (parts.length === 0) return;
    this.#parts = [];
    const made = await Promise.allSettled(parts);
    const ready = made.flatMap((part) => (part.status === 'fulfilled' ? part.value : []));
    const bytes = Buffer.concat(ready);
    try {
      await this.#file.append(bytes);
      this.#partBytes = this.#parts.reduce((sum, part) => sum + (Buffer.isBuffer(part) ? part.length : 0), 0);
    } catch (error) {
      this.#parts.unshift(bytes);
      throw error;
    }
    const failed = made.find((part) => part.status === 'rejected');
    if (failed) throw failed.reason;
  }

  #record(event: Buffer): void {
    const size = event.length + 16;
    if (this.#partBytes + this.#length + size > MAX_PENDING_BYTES) return;
    if (this.#length + size > this.#buffer.length) {
      this.#seal();
      if (size > this.#buffer.length) this.#buffer = Buffer.allocUnsafe(size);
    }
    this.#length = writeRecord(this.#buffer, this.#length, event);
  }

  #seal(): void {
    if (this.#length === 0) return;
    this.#parts.push(this.#buffer.subarray(0, this.#length));
    this.#partBytes += this.#length;
    this.#buffer = Buffer.allocUnsafe(MIN_BUFFER_BYTES);
    this.#length = 0;
  }
}

/** Seconds since 1970. */
export function now(): number {
  return Date.now() / 1000;
}

function toRecord(event: Buffer): Buffer {
  const record = Buffer.allocUnsafe(event.length + 16);
  writeRecord(record, 0, event);
  return record;
}

/** Length, its checksum, the data, its checksum. Returns where the next record begins. */
function writeRecord(into: Buffer, at: number, event: Buffer): number {
  into.writeUInt32LE(event.length, at);
  into.writeUInt32LE(0, at + 4); // the upper half of the length
  into.writeUInt32LE(masked(crc32c(into, at, at + 8)), at + 8);
  event.copy(into, at + 12);
  const end = at + 12 + event.length;
  into.writeUInt32LE(masked(crc32c(into, at + 12, end)), end);
  return end + 4;
}
