import { LEGACY_OPTIONS, type LegacyOptionName, type LegacyOptionRow } from '../legacyOptionTable.js';
import { show } from './values.js';

/** How an option of 1.6 with this value is written today: an option, or a sentence that says what to do. */
export function modernSpelling(name: LegacyOptionName, value: unknown): string {
  const { conversion, modern }: LegacyOptionRow = LEGACY_OPTIONS[name];
  if (name === 'weightsSummary' && value === null) return 'enableModelSummary: false';
  if (conversion.kind === 'remove' || value === null) return asksForNothing(name, value) ? NOTHING : modern;
  if (conversion.kind === 'rename') return `${conversion.to}: ${show(value)}`;
  if (conversion.kind === 'argument') return `trainer.${conversion.of}(module, { ${conversion.name}: ${show(value)} })`;
  if (conversion.kind === 'devices') {
    if (asksForNothing(name, value)) return "accelerator: 'cpu'";
    return `accelerator: '${conversion.accelerator}', devices: ${show(value)}`;
  }
  if (name === 'progressBarRefreshRate' && value === 0) return 'enableProgressBar: false';
  if (name === 'weightsSummary')
    return asksForNothing(name, value) ? NOTHING : 'callbacks: new ModelSummary({ maxDepth: -1 })';
  if (conversion.kind !== 'callback' || name === 'stochasticWeightAvg') return modern;
  const options = conversion.option === undefined ? '' : `{ ${conversion.option}: ${show(value)} }`;
  return `callbacks: new ${conversion.callback}(${options})`;
}

const NOTHING = 'nothing: remove it';

/** True for the default of 1.6 and for values that mean none, such as `gpus: 0`. */
export function asksForNothing(name: LegacyOptionName, value: unknown): boolean {
  const row: LegacyOptionRow = LEGACY_OPTIONS[name];
  if (value === row.default) return true;
  return row.conversion.kind === 'devices' && (isNone(value) || value === null);
}

/** `gpus: 0` and its like. */
export function isNone(value: unknown): boolean {
  return value === 0 || value === '0' || (Array.isArray(value) && value.length === 0);
}
