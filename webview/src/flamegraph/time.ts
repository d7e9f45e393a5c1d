const digits = new Intl.NumberFormat('en', { maximumSignificantDigits: 4, useGrouping: false });

/** Microseconds for people: `850 µs`, `12.3 ms`, `4.5 s`. */
export function timeLabel(us: number): string {
  const size = Math.abs(us);
  if (size < 1000) return `${digits.format(us)} µs`;
  if (size < 1_000_000) return `${digits.format(us / 1000)} ms`;
  return `${digits.format(us / 1_000_000)} s`;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Bytes for people: `2.56 kB`. */
export function byteLabel(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${digits.format(bytes / 1000 ** power)} ${UNITS[power]}`;
}
