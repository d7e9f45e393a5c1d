import { MisconfigurationError } from '../errors/index.js';

/** Whether a smaller or a larger value is better. */
export const MONITOR_MODES = ['min', 'max'] as const;
export type MonitorMode = (typeof MONITOR_MODES)[number];

/** @throws MisconfigurationError for anything but 'min' and 'max' */
export function checkMode(owner: string, mode: unknown): void {
  if ((MONITOR_MODES as readonly unknown[]).includes(mode)) return;
  throw new MisconfigurationError({
    code: 'monitor-mode',
    found: `${owner}: \`mode\` can be min, max, got '${String(mode)}'.`,
    allowed: "'min' or 'max'",
  });
}

/** True when `a` is strictly better. Compared as 32-bit floats, which metrics are in PyTorch Lightning: `0.1 + 0.2` equals `0.3`. */
export function isBetter(mode: MonitorMode, a: number, b: number): boolean {
  const [first, second] = [Math.fround(a), Math.fround(b)];
  return mode === 'min' ? first < second : first > second;
}

/** What everything is better than. */
export function worstScore(mode: MonitorMode): number {
  return mode === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
}
