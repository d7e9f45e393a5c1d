import { open, stat } from 'node:fs/promises';
import { SpanReader } from 'lightning-tfjs/protocol';
import { UserError } from '../userError.js';
import { parseCpuProfile } from './cpuProfile.js';
import { type FlameProfile, SpanConverter } from './flameProfile.js';

const PIECE_BYTES = 1 << 20;
/** Beyond these a span file is not read on; the profiler's own stay far below. */
const MAX_SPAN_BYTES = 512 * 2 ** 20;
/** The profiler writes at least once a second between two actions; a pause may be longer. */
const STALE_MS = 60_000;
const MAX_CPU_PROFILE_BYTES = 256 * 2 ** 20;

/** A profile on disk. */
export interface ProfileFile {
  /** What is new since the last time; undefined when nothing is. Throws `UserError` or Node's error when it cannot be read. */
  read(): Promise<FlameProfile | undefined>;
  /** True when there may be more to come. */
  readonly mayGrow: boolean;
  /** True when it should have grown since, so that whoever wrote it is likely gone. */
  readonly isStale: boolean;
}

/** The profile in a file: V8's by its ending, or else ours. */
export function profileFile(path: string): ProfileFile {
  return /\.cpuprofile$/i.test(path) ? new CpuProfileFile(path) : new SpanFile(path);
}

class CpuProfileFile implements ProfileFile {
  readonly mayGrow = false;
  readonly isStale = false;
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async read(): Promise<FlameProfile> {
    const handle = await open(this.#path, 'r');
    try {
      const { size } = await handle.stat();
      if (size > MAX_CPU_PROFILE_BYTES) {
        throw new UserError(`The profile has ${size} bytes; ${MAX_CPU_PROFILE_BYTES} can be shown.`);
      }
      return parseCpuProfile(await handle.readFile('utf8'));
    } finally {
      await handle.close();
    }
  }
}

/** Ours: read in pieces from where it was left. A file that became shorter was written anew, and is read from its beginning. */
class SpanFile implements ProfileFile {
  readonly #path: string;
  #reader = new SpanReader();
  #converter = new SpanConverter();
  #offset = 0;
  #isComplete = false;
  #isStale = false;

  constructor(path: string) {
    this.#path = path;
  }

  get mayGrow(): boolean {
    return !this.#isComplete;
  }

  get isStale(): boolean {
    return this.#isStale;
  }

  async read(): Promise<FlameProfile | undefined> {
    const { size, mtimeMs } = await stat(this.#path);
    this.#isStale = Date.now() - mtimeMs > STALE_MS;
    if (size < this.#offset) {
      this.#reader = new SpanReader();
      this.#converter = new SpanConverter();
      this.#offset = 0;
    }
    const end = Math.min(size, MAX_SPAN_BYTES);
    if (end === this.#offset) return undefined;
    const handle = await open(this.#path, 'r');
    try {
      const piece = new Uint8Array(Math.min(PIECE_BYTES, end - this.#offset));
      while (this.#offset < end) {
        const { bytesRead } = await handle.read(piece, 0, Math.min(piece.length, end - this.#offset), this.#offset);
        if (bytesRead === 0) break;
        this.#reader.push(piece.subarray(0, bytesRead));
        this.#offset += bytesRead;
      }
    } finally {
      await handle.close();
    }
    const { profile } = this.#reader;
    this.#isComplete = profile.isComplete;
    return this.#converter.convert(profile);
  }
}
