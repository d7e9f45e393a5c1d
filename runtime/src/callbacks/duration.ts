import { MisconfigurationError } from '../errors/index.js';

/** A length of time: as text `DD:HH:MM:SS`, or in units that are summed up. */
export type DurationInput =
  | string
  | {
      readonly weeks?: number;
      readonly days?: number;
      readonly hours?: number;
      readonly minutes?: number;
      readonly seconds?: number;
      readonly milliseconds?: number;
    };

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS: Readonly<Record<string, number>> = {
  weeks: 7 * DAY,
  days: DAY,
  hours: HOUR,
  minutes: MINUTE,
  seconds: SECOND,
  milliseconds: 1,
};

const TEXT = /^(\d+):(\d\d):(\d\d):(\d\d)$/;

/**
 * A length of time in milliseconds.
 * @param owner class and option, for the message
 * @throws MisconfigurationError for anything else
 */
export function toMilliseconds(owner: string, option: string, input: DurationInput): number {
  const milliseconds = typeof input === 'string' ? fromText(input) : fromUnits(input);
  if (milliseconds !== undefined) return milliseconds;
  throw new MisconfigurationError({
    code: 'duration',
    found: `\`${owner}(${option}=${JSON.stringify(input)})\` is not a valid duration.`,
    allowed: 'text in the format DD:HH:MM:SS, or an object such as { hours: 12, minutes: 30 }',
  });
}

function fromText(text: string): number | undefined {
  const match = TEXT.exec(text.trim());
  if (!match) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map(Number);
  return days * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND;
}

function fromUnits(input: unknown): number | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  let sum = 0;
  for (const [unit, count] of Object.entries(input)) {
    const length = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
    if (length === undefined || typeof count !== 'number' || !Number.isFinite(count) || count < 0) return undefined;
    sum += count * length;
  }
  return sum;
}

/** A length of time as Python shows it: `1 day, 0:00:05`. */
export function showDuration(milliseconds: number): string {
  const total = Math.floor(milliseconds / SECOND);
  const two = (count: number) => String(count).padStart(2, '0');
  const [days, hours] = [Math.floor(total / 86_400), Math.floor((total % 86_400) / 3600)];
  const clock = `${hours}:${two(Math.floor((total % 3600) / 60))}:${two(total % 60)}`;
  return days === 0 ? clock : `${days} day${days === 1 ? '' : 's'}, ${clock}`;
}
