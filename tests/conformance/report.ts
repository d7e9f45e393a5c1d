import type { Mismatch } from './compare.js';

/** How a scenario went. */
export type Outcome =
  | { readonly id: string; readonly result: 'passed' }
  | { readonly id: string; readonly result: 'deviates'; readonly reason: string }
  | { readonly id: string; readonly result: 'failed'; readonly mismatches: readonly Mismatch[] };

const MAX_SHOWN = 600;

/** What a failed or deviating scenario prints: id, field, expected and found. */
export function describe(outcome: Outcome): string[] {
  if (outcome.result === 'passed') return [];
  if (outcome.result === 'deviates') return [`deviates ${outcome.id}: ${outcome.reason}`];
  return outcome.mismatches.flatMap(({ field, expected, found }) => [
    `failed ${outcome.id}: ${field}`,
    `  expected ${show(expected)}`,
    `  found    ${show(found)}`,
  ]);
}

/** The last line. */
export function summarize(outcomes: readonly Outcome[]): string {
  const count = (result: Outcome['result']) => outcomes.filter((outcome) => outcome.result === result).length;
  const deviating = count('deviates');
  const suffix = deviating > 0 ? `, ${deviating} deviate` : '';
  return `conformance: ${count('passed')} of ${outcomes.length} passed${suffix}`;
}

function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)} … (${text.length} characters)` : text;
}
