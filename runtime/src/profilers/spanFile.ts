import { SPAN_FORMAT, SPAN_FORMAT_VERSION } from '../protocol/index.js';
import type { EndedSpan, Frame, KernelCase, RunningSpan } from './frame.js';
import { GrowingText } from './growingText.js';

/** Sets of shapes that a file tells of; a loader's last batches and sequences of any length have their own. */
const MAX_CASES = 20_000;

/** Our own span file; `readSpans` of the run protocol reads it. Source of the format: docs/profiling.md. */
export class SpanFile {
  readonly #text: GrowingText;
  readonly #origin: number;
  readonly #cases: KernelCase[] = [];
  #frames = 0;
  #lines: string[];
  #isSampled = false;

  /** @param origin the time 0, in milliseconds of `performance.now()` */
  constructor(path: string, stage: string, origin: number) {
    this.#text = new GrowingText(path);
    this.#origin = origin;
    const header = { format: SPAN_FORMAT, version: SPAN_FORMAT_VERSION, stage, pid: process.pid, time: Date.now() };
    this.#lines = [JSON.stringify(header)];
  }

  get isBegun(): boolean {
    return this.#text.isBegun;
  }

  get isSampled(): boolean {
    return this.#isSampled;
  }

  write(ended: readonly EndedSpan[], open: readonly RunningSpan[]): void {
    for (const span of ended) {
      const { frame, id, parentId, start, durationMs, kernel, bytes } = span;
      const head = `[${id},${parentId},${this.#frameId(frame)},${this.#microseconds(start)},${Math.round(durationMs * 1000)}`;
      if (kernel) this.#lines.push(`${head},${this.#caseId(kernel)},${bytes ?? 0}]`);
      else this.#lines.push(`${head}]`);
    }
    for (const span of open) {
      const { frame, id, parentId, start } = span;
      this.#lines.push(`["o",${id},${parentId},${this.#frameId(frame)},${this.#microseconds(start)}]`);
      span.isAnnounced = true;
    }
    this.#flush();
  }

  /** From now on only each n-th is in the file. */
  noteSampling(stride: number): void {
    this.#isSampled = true;
    this.#lines.push(JSON.stringify(['k', stride, this.#microseconds(performance.now())]));
  }

  close(): void {
    this.#lines.push(JSON.stringify(['e', this.#microseconds(performance.now())]));
    this.#flush();
    this.#text.close();
    for (const kernelCase of this.#cases) kernelCase.fileId = undefined;
  }

  #flush(): void {
    if (this.#lines.length === 0) return;
    const text = this.#lines.join('\n');
    this.#lines = [];
    this.#text.write(`${text}\n`);
  }

  #frameId(frame: Frame): number {
    if (frame.fileId === undefined) {
      frame.fileId = this.#frames++;
      const { name, category, source } = frame;
      const place = source ? [source.file, source.line, source.column] : [];
      this.#lines.push(JSON.stringify(['f', frame.fileId, name, category, ...place]));
    }
    return frame.fileId;
  }

  /** -1 where there are too many. */
  #caseId(kernel: KernelCase): number {
    if (kernel.fileId === undefined) {
      if (this.#cases.length >= MAX_CASES) return -1;
      kernel.fileId = this.#cases.push(kernel) - 1;
      const { inputs, outputs, dtype } = kernel;
      this.#lines.push(JSON.stringify(['d', kernel.fileId, inputs, outputs, dtype]));
    }
    return kernel.fileId;
  }

  #microseconds(time: number): number {
    return Math.max(0, Math.round((time - this.#origin) * 1000));
  }
}
