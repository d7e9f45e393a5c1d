const plain = new Intl.NumberFormat('en', { maximumSignificantDigits: 5, useGrouping: false });
const whole = new Intl.NumberFormat('en');
const clock = new Intl.DateTimeFormat('en', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** A metric's value for people: five digits, an exponent where it saves space, and words for NaN and infinity. */
export function formatValue(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-4 || size >= 1e7) ? value.toExponential(3) : plain.format(value);
}

/** A count for people: `12,345`. */
export function formatCount(value: number): string {
  return whole.format(value);
}

/** The time of day, `14:03:59`. */
export function formatTime(time: number): string {
  return clock.format(time);
}
