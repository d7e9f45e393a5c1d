import type { Mismatch } from './compare.js';
import { DEVIATIONS } from './deviations.js';
import type { Outcome } from './report.js';
import type { Scenario } from './scenario.js';

/** The outcome of a scenario. Only one with a quirk may deviate, and only if the list has a reason for it. */
export function judge({ id, quirk }: Scenario, mismatches: readonly Mismatch[]): Outcome {
  if (mismatches.length === 0) return { id, result: 'passed' };
  const deviation = quirk === undefined ? undefined : DEVIATIONS[id];
  const isMeant = mismatches.every(({ field }) => deviation?.fields.some((start) => field.startsWith(start)));
  return deviation && isMeant
    ? { id, result: 'deviates', reason: deviation.reason }
    : { id, result: 'failed', mismatches };
}
