import type { DurationInput } from '../../callbacks/index.js';
import type { BatchLimit, TrainerOptions } from '../options.js';

/** True for a limit that lets nothing through. */
export function isZeroLimit(limit: BatchLimit): boolean {
  return Number.parseFloat(String(limit)) === 0;
}

/** True for a count, a fraction below 1, or a percentage of at most 100. */
export function isBatchLimit(value: unknown): value is BatchLimit {
  if (typeof value === 'number') return value >= 0 && (Number.isInteger(value) || value < 1);
  const percent = typeof value === 'string' ? /^(\d+(?:\.\d+)?)%$/.exec(value) : null;
  return percent !== null && Number(percent[1]) <= 100;
}

/** True for a length of time, `'DD:HH:MM:SS'` or `{ hours: 12 }`; whether it is a good one is for its reader to say. */
export function isDuration(value: unknown): value is DurationInput {
  return typeof value === 'string' ? !value.endsWith('%') : typeof value === 'object' && value !== null;
}

/** What `devices` asks for: a count, 'auto', or undefined for what it cannot be. */
export function readDevices(value: unknown): number | 'auto' | undefined {
  const list = typeof value === 'string' && value.includes(',') ? numbersOf(value) : value;
  if (Array.isArray(list)) {
    const isList = list.length > 0 && list.every((device) => isCount(device, 0)) && new Set(list).size === list.length;
    return isList ? list.length : undefined;
  }
  const single: unknown = typeof list === 'string' && list.trim() !== '' && list !== 'auto' ? Number(list) : list;
  if (single === 'auto' || single === -1) return 'auto';
  return isCount(single, 1) ? Number(single) : undefined;
}

/** How many devices the option asks for. */
export function deviceCount(devices: NonNullable<TrainerOptions['devices']>): number {
  const count = readDevices(devices);
  return count === undefined || count === 'auto' ? 1 : count;
}

/** A value as it is shown in an error. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

/** `'0,1'`, also with a comma at the end, which makes a list of one. */
function numbersOf(text: string): number[] {
  return text
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
}

function isCount(value: unknown, from: number): boolean {
  return Number.isSafeInteger(value) && Number(value) >= from;
}
