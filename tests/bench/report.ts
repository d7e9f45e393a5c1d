import { ratio, summarize, type Timings } from './measure.js';

/** What a benchmark found. */
export interface Result {
  /** What was done, and how often. */
  readonly title: string;
  readonly timings: readonly Timings[];
  /** Who is compared with whom, by their names in `timings`. */
  readonly comparisons: readonly { readonly ours: string; readonly peer: string }[];
  /** Said below the table. */
  readonly notes?: readonly string[];
}

/** A result as text: a table of times, for information, and one line of ratios. */
export function report(name: string, { title, timings, comparisons, notes = [] }: Result): string {
  const width = Math.max(...timings.map((timing) => timing.name.length));
  const rows = timings.map((timing) => {
    const { median, low, high } = summarize(timing.rounds);
    const spread = `${milliseconds(low)} … ${milliseconds(high)}`;
    return `  ${timing.name.padEnd(width)}  ${milliseconds(median).padStart(9)} ms   ${spread}`;
  });
  const ratios = comparisons.map(({ ours, peer }) => {
    const { median, low, high } = ratio(find(timings, ours), find(timings, peer));
    return `${plain(median)} (${plain(low)} … ${plain(high)}) ${ours} / ${peer}`;
  });
  return [
    `${name}: ${title}`,
    ...rows,
    ...notes.map((note) => `  ${note}`),
    `bench ${name}: ratio ${ratios.join('; ')}`,
  ].join('\n');
}

function find(timings: readonly Timings[], name: string): Timings {
  const found = timings.find((timing) => timing.name === name);
  if (!found) throw new Error(`There are no timings of '${name}'.`);
  return found;
}

function milliseconds(value: number): string {
  return value.toFixed(value < 100 ? 2 : 0);
}

/** Three digits. */
function plain(value: number): string {
  return String(Number(value.toPrecision(3)));
}
