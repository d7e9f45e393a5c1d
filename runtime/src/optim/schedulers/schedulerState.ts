import { MisconfigurationError } from '../../errors/index.js';

/** A scheduler in a checkpoint: plain values under torch's names. */
export type SchedulerState = Readonly<Record<string, unknown>>;

/** What every scheduler's state must have where the scheduler has it; settings may be missing in files of other versions. */
const COUNTERS: readonly string[] = ['base_lrs', 'last_epoch', '_step_count', '_last_lr', '_schedulers', '_milestones'];

/** Plain values under torch's names: functions and what is undefined are left out. */
export function toTorchNames(state: object): SchedulerState {
  const entries = Object.entries(state).filter(([, value]) => value !== undefined && !holdsFunction(value));
  return Object.fromEntries(
    entries.map(([name, value]) => [toTorchName(name), Array.isArray(value) ? [...value] : value]),
  );
}

/** `stepSize` is `step_size`; torch's periods have a capital: `tMax` is `T_max`. */
export function toTorchName(name: string): string {
  const joined = name.replace(/[A-Z0-9]/g, (letter) => `_${letter.toLowerCase()}`);
  return joined.replace(/^t_/, 'T_');
}

/** The other way. */
export function fromTorchName(name: string): string {
  return name.replace(/^T_/, 't_').replace(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}

/**
 * A scheduler's state from a checkpoint, checked: its values are of the kinds that the scheduler's own have. What the
 * scheduler does not know is left out.
 * @param own the scheduler's state as it is now
 * @throws MisconfigurationError
 */
export function checkSchedulerState(name: string, saved: unknown, own: SchedulerState): SchedulerState {
  const fault = faultOf(saved, own);
  if (fault !== undefined) {
    throw new MisconfigurationError({
      code: 'scheduler-state',
      found: `The saved state does not fit ${name}: ${fault}.`,
      fix: 'Return the same schedulers from configureOptimizers as in the run that was saved.',
    });
  }
  const known = saved as SchedulerState; // a record, or faultOf had found that
  return Object.fromEntries(
    Object.keys(own)
      .filter((key) => Object.hasOwn(known, key))
      .map((key) => [key, known[key]]),
  );
}

function faultOf(saved: unknown, own: SchedulerState): string | undefined {
  if (typeof saved !== 'object' || saved === null || Array.isArray(saved)) return 'it is not an object';
  const settings = Object.keys(own).filter((key) => !COUNTERS.includes(key));
  if (settings.length > 0 && !settings.some((key) => Object.hasOwn(saved, key))) {
    return `it has none of ${settings.map((key) => `\`${key}\``).join(', ')}`;
  }
  for (const [key, value] of Object.entries(own)) {
    if (!Object.hasOwn(saved, key)) {
      if (COUNTERS.includes(key)) return `it has no \`${key}\``;
      continue;
    }
    const found: unknown = Reflect.get(saved, key);
    if (!isOfKind(value, found)) return `\`${key}\` is of another kind`;
    if (COUNTERS.includes(key) && lengthOf(found) !== lengthOf(value)) {
      return `\`${key}\` has ${lengthOf(found)} entries instead of ${lengthOf(value)}`;
    }
  }
  return undefined;
}

function isOfKind(own: unknown, saved: unknown): boolean {
  if (own === null || saved === null) return [own, saved].every((value) => value === null || typeof value === 'number');
  if (Array.isArray(own)) {
    return Array.isArray(saved) && saved.every((item, index) => isOfKind(own[index] ?? 0, item));
  }
  if (typeof own === 'object') return faultOf(saved, own as SchedulerState) === undefined; // the state of an inner scheduler
  return typeof own === typeof saved;
}

function lengthOf(value: unknown): number | undefined {
  return Array.isArray(value) ? value.length : undefined;
}

function holdsFunction(value: unknown): boolean {
  return typeof value === 'function' || (Array.isArray(value) && value.some((item) => typeof item === 'function'));
}
