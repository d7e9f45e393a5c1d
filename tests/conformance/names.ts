import type { Json, JsonObject } from './scenario.js';

/** PyTorch Lightning's spelling in ours: `on_train_start` is `onTrainStart`, `T_max` is `tMax`. */
export function toCamel(snake: string): string {
  const joined = snake.replace(/(?<=.)_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
  return joined.charAt(0).toLowerCase() + joined.slice(1);
}

/** The arguments of a call with our names. Values stay, but for the words of non-finite numbers. */
export function toOptions(args: JsonObject = {}): Record<string, unknown> {
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [toCamel(name), toNumbers(value)]));
}

const NON_FINITE: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
};

/** A value with the words `"nan"`, `"inf"` and `"-inf"` replaced by the numbers. */
export function toNumbers(value: Json): unknown {
  if (typeof value === 'string') return Object.hasOwn(NON_FINITE, value) ? NON_FINITE[value] : value;
  if (Array.isArray(value)) return value.map((item: Json) => toNumbers(item));
  return value;
}

/** A number as the files write it: non-finite ones as words. */
export function toWord(value: number): number | string {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}
