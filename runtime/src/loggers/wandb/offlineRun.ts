import { hostname } from 'node:os';
import { join } from 'node:path';
import { crc32 } from '../crc.js';
import { GrowingFile } from '../growingFile.js';
import { ProtoWriter } from '../protobuf.js';
import { STEP_METRIC, type WandbRun, type WandbRunOptions } from './run.js';

/** The file's first bytes: `:W&B`, a magic number, a version. */
const HEADER = Buffer.from([0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe, 0x00]);
const BLOCK_BYTES = 32_768;
const RECORD_HEADER_BYTES = 7;
const FULL = 1;
const FIRST = 2;
const MIDDLE = 3;
const LAST = 4;
/** Bytes that wait to be written; while a disk is full, newer rows are lost. */
const MAX_PENDING_BYTES = 32e6;

/**
 * A run in a file that `wandb sync` uploads: `<saveDir>/wandb/offline-run-<time>-<id>/run-<id>.wandb`, a LevelDB log of W&B's
 * `Record` messages. Source: field numbers of `wandb_internal.proto`.
 */
export class OfflineRun implements WandbRun {
  /** The run's folder, which `wandb sync` takes. */
  readonly directory: string;
  readonly #file: GrowingFile;
  readonly #start = Date.now();
  readonly #summary: Record<string, unknown> = {};
  #pending: Buffer[] = [HEADER];
  #pendingBytes = HEADER.length;
  #offset = HEADER.length;
  #records = 0;
  #steps = 0;

  constructor(saveDir: string, options: WandbRunOptions) {
    this.directory = join(saveDir, 'wandb', `offline-run-${timestamp(new Date(this.#start))}-${options.id}`);
    this.#file = new GrowingFile(join(this.directory, `run-${options.id}.wandb`));
    this.#record(21, (header) => header.message(1, (info) => info.bytes(1, '0.19.0').bytes(2, '0.9')));
    this.#record(17, (run) => this.#describe(run, options));
    this.#record(12, (metric) => metric.bytes(1, STEP_METRIC).message(6, (option) => option.int(3, 1)));
    this.#record(12, (metric) =>
      metric
        .bytes(2, '*')
        .bytes(4, STEP_METRIC)
        .message(6, (option) => option.int(1, 1).int(3, 1)),
    );
  }

  log(row: Readonly<Record<string, unknown>>): void {
    const now = Date.now();
    const step = this.#steps++;
    const seconds = (now - this.#start) / 1000;
    const all = { ...row, _timestamp: now / 1000, _runtime: seconds, _step: step };
    Object.assign(this.#summary, all);
    this.#record(2, (history) => {
      for (const [key, value] of Object.entries(all)) writeItem(history, key, value);
      history.message(2, (number) => (step === 0 ? number : number.int(1, step)));
    });
  }

  updateConfig(config: Readonly<Record<string, unknown>>): void {
    this.#record(5, (record) => {
      for (const [key, value] of Object.entries(config)) writeItem(record, key, value);
    });
  }

  async flush(): Promise<void> {
    if (this.#pending.length === 0) return;
    const bytes = Buffer.concat(this.#pending);
    this.#pending = [];
    try {
      await this.#file.append(bytes);
      this.#pendingBytes -= bytes.length;
    } catch (error) {
      this.#pending.unshift(bytes);
      throw error;
    }
  }

  async finish(exitCode: number): Promise<void> {
    this.#record(3, (summary) => {
      for (const [key, value] of Object.entries(this.#summary)) writeItem(summary, key, value);
    });
    this.#record(18, (exit) => {
      if (exitCode !== 0) exit.int(1, exitCode);
      exit.int(2, Math.round((Date.now() - this.#start) / 1000));
    });
    await this.flush();
  }

  #describe(
    run: ProtoWriter,
    { id, entity, project, group, jobType, name, notes, tags, config }: WandbRunOptions,
  ): void {
    run.bytes(1, id);
    if (entity !== undefined) run.bytes(2, entity);
    run.bytes(3, project);
    run.message(4, (record) => {
      for (const [key, value] of Object.entries(config)) writeItem(record, key, value);
    });
    if (group !== undefined) run.bytes(6, group);
    if (jobType !== undefined) run.bytes(7, jobType);
    if (name !== undefined) run.bytes(8, name);
    if (notes !== undefined) run.bytes(9, notes);
    for (const tag of tags ?? []) run.bytes(10, tag);
    run.bytes(13, hostname());
    run.message(17, (time) => time.int(1, Math.floor(this.#start / 1000)).int(2, (this.#start % 1000) * 1e6));
  }

  #record(field: number, fill: (body: ProtoWriter) => void): void {
    if (this.#pendingBytes > MAX_PENDING_BYTES) return;
    const record = new ProtoWriter()
      .int(1, ++this.#records)
      .message(field, fill)
      .finish();
    let from = 0;
    do {
      const left = BLOCK_BYTES - (this.#offset % BLOCK_BYTES);
      if (left < RECORD_HEADER_BYTES) {
        this.#push(Buffer.alloc(left)); // too little for a header: the rest of the block is empty
        continue;
      }
      const size = Math.min(record.length - from, left - RECORD_HEADER_BYTES);
      const isLast = from + size === record.length;
      const type = from === 0 ? (isLast ? FULL : FIRST) : isLast ? LAST : MIDDLE;
      this.#push(fragment(type, record.subarray(from, from + size)));
      from += size;
      if (isLast) return;
    } while (from < record.length);
  }

  #push(bytes: Buffer): void {
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    this.#offset += bytes.length;
  }
}

/** Checksum over type and data, length, type, data. */
function fragment(type: number, data: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(RECORD_HEADER_BYTES + data.length);
  bytes[6] = type;
  bytes.set(data, RECORD_HEADER_BYTES);
  bytes.writeUInt32LE(crc32(bytes, 6), 0);
  bytes.writeUInt16LE(data.length, 4);
  return bytes;
}

function writeItem(record: ProtoWriter, key: string, value: unknown): void {
  record.message(1, (item) => item.bytes(1, key).bytes(16, toJson(value)));
}

/** W&B takes these texts for the numbers that JSON lacks. */
function toJson(value: unknown): string {
  const text = JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'number' && !Number.isFinite(inner) ? String(inner) : inner,
  );
  return text ?? 'null';
}

function timestamp(time: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${time.getFullYear()}${two(time.getMonth() + 1)}${two(time.getDate())}`;
  return `${day}_${two(time.getHours())}${two(time.getMinutes())}${two(time.getSeconds())}`;
}
