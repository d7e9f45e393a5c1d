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

/** A place on an x-axis: a step, an epoch, seconds since the start as `1:02:03`, or a time of day. */
export function formatPlace(value: number, axis: 'step' | 'epoch' | 'relative' | 'wall'): string {
  if (axis === 'wall') return formatTime(value);
  if (axis === 'relative') return formatDuration(value);
  return axis === 'step' && Number.isInteger(value) ? formatCount(value) : formatValue(value);
}

/** Seconds as `1:02:03`, `2:03` or `1.5 s`. */
export function formatDuration(seconds: number): string {
  if (Math.abs(seconds) < 60) return `${plain.format(Math.round(seconds * 100) / 100)} s`;
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const text = parts.map((part) => String(part).padStart(2, '0')).join(':');
  return text.replace(/^00:0?/, '').replace(/^0(?=\d)/, '');
}
