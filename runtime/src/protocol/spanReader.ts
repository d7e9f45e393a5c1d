import type { SourceLocation } from './events.js';
import {
  type KernelShapes,
  type ProfileSpan,
  SPAN_CATEGORIES,
  SPAN_FORMAT,
  SPAN_FORMAT_VERSION,
  type SpanCategory,
  type SpanLimits,
  type SpanProfile,
  type SpanSampling,
} from './spans.js';

const DEFAULT_LIMITS: SpanLimits = { spans: 1_000_000, entries: 50_000, lineLength: 65_536 };
const MAX_NAME_LENGTH = 1000;
const MAX_RANK = 16;
const MAX_TENSORS = 4096;

interface Frame {
  readonly name: string;
  readonly category: SpanCategory;
  readonly source?: SourceLocation;
}

/** A line of a span; `durationUs` is undefined for one that has not ended. */
interface RawSpan {
  readonly id: number;
  readonly parent: number;
  readonly frame: Frame;
  readonly startUs: number;
  readonly durationUs: number | undefined;
  readonly kernel: KernelShapes | undefined;
  readonly bytes: number | undefined;
}

/**
 * Reads a span file in pieces, also one that is still being written: `push` what has come, ask for `profile` at any time. What is broken
 * is skipped and counted. Nothing of Node is used, so that a page can read, too.
 */
export class SpanReader {
  readonly #limits: SpanLimits;
  readonly #frames = new Map<number, Frame>();
  readonly #shapes = new Map<number, KernelShapes>();
  readonly #spans = new Map<number, RawSpan>();
  readonly #sampling: SpanSampling[] = [];
  readonly #decoder = new TextDecoder();
  /** The beginning of a line whose end has not come. */
  #rest = '';
  #isSkippingLine = false;
  #header: { readonly stage: string; readonly pid: number; readonly startedAt: number } | undefined;
  #endUs = 0;
  #isComplete = false;
  #skippedLines = 0;

  constructor(limits: Partial<SpanLimits> = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
  }

  /** Takes the next piece of the file; it may end anywhere. */
  push(piece: string | Uint8Array): void {
    // Whole text at once: a file has hundreds of thousands of short lines.
    const lines = (typeof piece === 'string' ? piece : this.#decoder.decode(piece, { stream: true })).split('\n');
    const rest = lines.pop() ?? '';
    for (const line of lines) {
      this.#hold(line);
      if (this.#isSkippingLine || (this.#rest !== '' && !this.#readLine(this.#rest))) this.#skippedLines++;
      this.#rest = '';
      this.#isSkippingLine = false;
    }
    this.#hold(rest);
  }

  /** What is known so far. Cost: goes over all spans. */
  get profile(): SpanProfile {
    const { stage = '', pid = 0, startedAt = 0 } = this.#header ?? {};
    return {
      stage,
      pid,
      startedAt,
      spans: nested([...this.#spans.values()], this.#endUs),
      sampling: [...this.#sampling],
      endUs: this.#endUs,
      isComplete: this.#isComplete,
      skippedLines: this.#skippedLines,
    };
  }

  #hold(part: string): void {
    if (this.#isSkippingLine || this.#rest.length + part.length > this.#limits.lineLength) {
      this.#isSkippingLine = true;
      this.#rest = '';
    } else {
      this.#rest += part;
    }
  }

  /** False for a line that cannot be used. */
  #readLine(line: string): boolean {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      return false;
    }
    if (!Array.isArray(value)) return this.#readHeader(value);
    if (!this.#header) return false; // some other file
    if (typeof value[0] === 'number') return this.#readSpan(value);
    const [tag, ...fields]: unknown[] = value;
    if (tag === 'f') return this.#readFrame(fields);
    if (tag === 'd') return this.#readShapes(fields);
    if (tag === 'o') return this.#readOpen(fields);
    if (tag === 'k') return this.#readSampling(fields);
    if (tag === 'e') return this.#readEnd(fields);
    return typeof tag === 'string'; // of a later version
  }

  #readHeader(value: unknown): boolean {
    if (this.#header || typeof value !== 'object' || value === null) return false;
    const { format, version, stage, pid, time } = value as Readonly<Record<string, unknown>>; // each is checked
    if (format !== SPAN_FORMAT || version !== SPAN_FORMAT_VERSION) return false;
    if (typeof stage !== 'string' || !isCount(pid) || !isTime(time)) return false;
    this.#header = { stage: stage.slice(0, MAX_NAME_LENGTH), pid, startedAt: time };
    return true;
  }

  #readFrame([id, name, category, file, line, column]: readonly unknown[]): boolean {
    if (!isCount(id) || typeof name !== 'string' || !isCategory(category)) return false;
    if (this.#frames.size >= this.#limits.entries) return false;
    const hasSource = typeof file === 'string' && isCount(line) && isCount(column);
    this.#frames.set(id, {
      name: name.slice(0, MAX_NAME_LENGTH),
      category,
      ...(hasSource && { source: { file, line, column } }),
    });
    return true;
  }

  #readShapes([id, inputs, outputs, dtype]: readonly unknown[]): boolean {
    if (!isCount(id) || !areShapes(inputs) || !areShapes(outputs) || typeof dtype !== 'string') return false;
    if (this.#shapes.size >= this.#limits.entries) return false;
    this.#shapes.set(id, { inputs, outputs, dtype: dtype.slice(0, MAX_NAME_LENGTH) });
    return true;
  }

  #readSpan([id, parent, frame, start, duration, shapes, bytes]: readonly unknown[]): boolean {
    if (!isTime(duration)) return false;
    const kernel = typeof shapes === 'number' ? this.#shapes.get(shapes) : undefined;
    return this.#add(id, parent, frame, start, duration, kernel, typeof bytes === 'number' ? bytes : undefined);
  }

  #readOpen([id, parent, frame, start]: readonly unknown[]): boolean {
    return this.#add(id, parent, frame, start, undefined, undefined, undefined);
  }

  #add(
    id: unknown,
    parent: unknown,
    frameId: unknown,
    startUs: unknown,
    durationUs: number | undefined,
    kernel: KernelShapes | undefined,
    bytes: number | undefined,
  ): boolean {
    const frame = this.#frames.get(frameId as number); // anything else is in no map
    if (!frame || !isCount(id) || !isTime(startUs)) return false;
    if (typeof parent !== 'number' || parent >= id) return false;
    if (this.#spans.size >= this.#limits.spans && !this.#spans.has(id)) return false;
    this.#spans.set(id, { id, parent, frame, startUs, durationUs, kernel, bytes });
    this.#endUs = Math.max(this.#endUs, startUs + (durationUs ?? 0));
    return true;
  }

  #readSampling([stride, fromUs]: readonly unknown[]): boolean {
    if (!isCount(stride) || !isTime(fromUs) || this.#sampling.length >= this.#limits.entries) return false;
    this.#sampling.push({ stride, fromUs });
    return true;
  }

  #readEnd([time]: readonly unknown[]): boolean {
    if (!isTime(time)) return false;
    this.#endUs = Math.max(this.#endUs, time);
    this.#isComplete = true;
    return true;
  }
}

/** Reads a whole span file; its last line may be missing or half. */
export function readSpans(source: string, limits?: Partial<SpanLimits>): SpanProfile;
/** Reads pieces as they come: a stream of Node's, for one. */
export function readSpans(
  source: AsyncIterable<string | Uint8Array>,
  limits?: Partial<SpanLimits>,
): Promise<SpanProfile>;
export function readSpans(
  source: string | AsyncIterable<string | Uint8Array>,
  limits?: Partial<SpanLimits>,
): SpanProfile | Promise<SpanProfile> {
  const reader = new SpanReader(limits);
  if (typeof source !== 'string') return readPieces(reader, source);
  reader.push(source);
  return reader.profile;
}

async function readPieces(reader: SpanReader, pieces: AsyncIterable<string | Uint8Array>): Promise<SpanProfile> {
  for await (const piece of pieces) reader.push(piece);
  return reader.profile;
}

/** In a span file they stand in the order of their ends; numbers were given in the order of their beginnings. */
function nested(raw: RawSpan[], endUs: number): ProfileSpan[] {
  raw.sort((a, b) => a.id - b.id);
  const places = new Map<number, number>();
  const spans: ProfileSpan[] = [];
  for (const { id, parent: parentId, frame, startUs, durationUs, kernel, bytes } of raw) {
    const parent = parentId < 0 ? -1 : (places.get(parentId) ?? -1);
    places.set(id, spans.length);
    // One plain object, and what most do not have is added: spreading costs several times as much.
    const span: Writable<ProfileSpan> = {
      name: frame.name,
      category: frame.category,
      startUs,
      durationUs: durationUs ?? Math.max(0, endUs - startUs),
      depth: parent < 0 ? 0 : (spans[parent]?.depth ?? 0) + 1,
      parent,
    };
    if (frame.source) span.source = frame.source;
    if (kernel) span.kernel = kernel;
    if (bytes !== undefined) span.bytes = bytes;
    if (durationUs === undefined) span.isOpen = true;
    spans.push(span);
  }
  return spans;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isCategory(value: unknown): value is SpanCategory {
  return (SPAN_CATEGORIES as readonly unknown[]).includes(value);
}

function areShapes(value: unknown): value is number[][] {
  return (
    Array.isArray(value) &&
    value.length <= MAX_TENSORS &&
    value.every((shape) => Array.isArray(shape) && shape.length <= MAX_RANK && shape.every(isCount))
  );
}
