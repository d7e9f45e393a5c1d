import type { EndedSpan, Frame } from './frame.js';
import { GrowingText } from './growingText.js';

/**
 * A file of Chrome's trace event format, for chrome://tracing and Perfetto. It grows while the run goes on: the format allows that
 * its end is missing. Source: "Trace Event Format", complete events.
 */
export class TraceFile {
  readonly #text: GrowingText;
  readonly #origin: number;
  /** What events of one frame have in common, as text. */
  readonly #heads = new Map<Frame, string>();

  /** @param origin the time 0, in milliseconds of `performance.now()` */
  constructor(path: string, origin: number) {
    this.#text = new GrowingText(path);
    this.#origin = origin;
  }

  write(ended: readonly EndedSpan[]): void {
    if (ended.length > 0) this.#append(ended.map((span) => this.#event(span)).join(',\n'));
  }

  /** @param isSampled true when not all spans are in the file */
  close(isSampled: boolean): void {
    const name = isSampled ? 'lightning (a sample: not every batch)' : 'lightning';
    this.#append(JSON.stringify({ name: 'process_name', ph: 'M', pid: process.pid, args: { name } }));
    this.#text.write('\n]\n');
    this.#text.close();
  }

  #event({ frame, start, durationMs, kernel, bytes }: EndedSpan): string {
    let head = this.#heads.get(frame);
    if (head === undefined) {
      const { name, category, source } = frame;
      const args = source
        ? `"args":${JSON.stringify({ source: `${source.file}:${source.line}:${source.column}` })},`
        : '';
      head = `{"name":${JSON.stringify(name)},"cat":"${category}","ph":"X","pid":${process.pid},"tid":0,${args}"ts":`;
      this.#heads.set(frame, head);
    }
    const times = `${head}${Math.round((start - this.#origin) * 1000)},"dur":${Math.round(durationMs * 1000)}`;
    return kernel ? `${times},"args":${JSON.stringify({ shapes: kernel.text, bytes })}}` : `${times}}`;
  }

  #append(text: string): void {
    this.#text.write(this.#text.isBegun ? `,\n${text}` : `[\n${text}`);
  }
}
