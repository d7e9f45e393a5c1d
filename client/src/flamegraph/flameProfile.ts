import { basename, isAbsolute } from 'node:path';
import type { FlameCategory, FlameColumns, FlameShapes } from '@lightning-typescript/webview/messages';
import type { KernelShapes, ProfileSpan, SourceLocation, SpanProfile } from 'lightning-tfjs/protocol';

/** A name of a profile, and where it is in the source. */
export interface ProfileFrame {
  readonly name: string;
  readonly category: FlameCategory;
  readonly source: SourceLocation | undefined;
}

/** A profile as the page draws it; what it came from does not matter any more. */
export interface FlameProfile {
  readonly columns: FlameColumns;
  readonly frames: readonly ProfileFrame[];
  readonly shapes: readonly FlameShapes[];
  readonly endUs: number;
  /** False while it grows, and when its end is missing. */
  readonly isComplete: boolean;
  readonly isSampled: boolean;
  /** Lines that could not be used. */
  readonly skipped: number;
}

/** Room for so many spans. */
export function newColumns(count: number): FlameColumns {
  return {
    frame: new Uint32Array(count),
    parent: new Int32Array(count),
    start: new Float64Array(count),
    duration: new Float64Array(count),
    shapes: new Int32Array(count).fill(-1),
    bytes: new Float64Array(count).fill(-1),
  };
}

/** A part of the columns, without copying it. */
export function partOf(columns: FlameColumns, from: number, to: number): FlameColumns {
  return {
    frame: columns.frame.slice(from, to),
    parent: columns.parent.slice(from, to),
    start: columns.start.slice(from, to),
    duration: columns.duration.slice(from, to),
    shapes: columns.shapes.slice(from, to),
    bytes: columns.bytes.slice(from, to),
  };
}

/** What a span file holds, as the page draws it. Frames and shapes keep their numbers while the file grows. */
export class SpanConverter {
  readonly #frames: ProfileFrame[] = [];
  readonly #byName = new Map<string, number[]>();
  readonly #shapes: FlameShapes[] = [];
  readonly #shapeNumbers = new Map<KernelShapes, number>();

  /** Converts all spans that are known so far. */
  convert({ spans, endUs, isComplete, sampling, skippedLines }: SpanProfile): FlameProfile {
    const columns = newColumns(spans.length);
    for (const [i, span] of spans.entries()) {
      columns.frame[i] = this.#frame(span);
      columns.parent[i] = span.parent;
      columns.start[i] = span.startUs;
      columns.duration[i] = span.durationUs;
      if (span.kernel) columns.shapes[i] = this.#shape(span.kernel);
      if (span.bytes !== undefined) columns.bytes[i] = span.bytes;
    }
    return {
      columns,
      frames: [...this.#frames],
      shapes: [...this.#shapes],
      endUs,
      isComplete,
      isSampled: sampling.length > 0,
      skipped: skippedLines,
    };
  }

  #frame({ name, category, source }: ProfileSpan): number {
    const known = this.#byName.get(name) ?? [];
    if (known.length === 0) this.#byName.set(name, known);
    for (const at of known) {
      const frame = this.#frames[at] as ProfileFrame;
      if (frame.category === category && frame.source === source) return at;
    }
    known.push(this.#frames.length);
    return this.#frames.push({ name, category, source }) - 1;
  }

  #shape(kernel: KernelShapes): number {
    let number = this.#shapeNumbers.get(kernel);
    if (number === undefined) {
      const { inputs, outputs, dtype } = kernel;
      number = this.#shapes.push({ inputs: shapesText(inputs), outputs: shapesText(outputs), dtype }) - 1;
      this.#shapeNumbers.set(kernel, number);
    }
    return number;
  }
}

/** Shapes beyond these are not listed: a kernel may have thousands of inputs. */
const MAX_SHAPES = 16;

function shapesText(shapes: KernelShapes['inputs']): string {
  const listed = shapes.slice(0, MAX_SHAPES).map((shape) => (shape.length === 0 ? '[]' : shape.join('×')));
  return shapes.length > MAX_SHAPES ? `${listed.join(', ')}, …` : listed.join(', ');
}

/** Endings of files that hold source code. */
const SOURCE_FILE = /\.[cm]?[jt]sx?$/i;

/**
 * True for a place that may be opened. A profile may come from anyone: it must not make the editor open what is no source code, nor a
 * path of another computer, which Windows would log in to.
 */
export function canOpen(source: SourceLocation | undefined): source is SourceLocation {
  if (!source || source.file.includes('\0') || /^[\\/]{2}/.test(source.file)) return false;
  return isAbsolute(source.file) && SOURCE_FILE.test(source.file);
}

/** A place for people: `digits.ts:12`. */
export function sourceText(source: SourceLocation | undefined): string | null {
  return source ? `${basename(source.file)}:${source.line}` : null;
}
