import { HOOKS, type HookName } from './hookTable.js';
import { type LogSettings, REDUCTIONS } from './logOptions.js';

/** What was logged under one name in one hook, as a checkpoint holds it. */
export interface MetricState {
  readonly hook: HookName;
  readonly name: string;
  readonly suffix: string;
  readonly settings: LogSettings;
  readonly sum: number;
  readonly weight: number;
  readonly extreme: number;
  readonly last: number | null;
  readonly hasValue: boolean;
}

/** What a checkpoint's file says, as far as it is such states: files may be anybody's. */
export function readMetricStates(saved: unknown): MetricState[] {
  if (!Array.isArray(saved)) return [];
  return saved
    .filter(isMetricState)
    .map((state) => ({ ...state, settings: { ...state.settings, metricAttribute: undefined } }));
}

function isMetricState(value: unknown): value is MetricState {
  if (!isRecord(value) || !isRecord(value.settings)) return false;
  const { hook, name, suffix, settings, sum, weight, extreme, last, hasValue } = value;
  const { reduceFx, ...flags } = settings;
  return (
    typeof hook === 'string' &&
    Object.hasOwn(HOOKS, hook) &&
    [name, suffix].every((text) => typeof text === 'string') &&
    [sum, weight, extreme].every((number) => typeof number === 'number') &&
    (last === null || typeof last === 'number') &&
    typeof hasValue === 'boolean' &&
    REDUCTIONS.some((known) => known === reduceFx) &&
    ['onStep', 'onEpoch', 'progBar', 'logger', 'addDataloaderIdx', 'rankZeroOnly'].every(
      (flag) => typeof flags[flag] === 'boolean',
    )
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
