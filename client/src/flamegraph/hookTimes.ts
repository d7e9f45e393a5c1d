import type { ProfiledAction, ProfileEvent } from 'lightning-tfjs/protocol';

/** How long a hook took, and where it is. */
export interface HookTime {
  /** Counts from 0. */
  line: number;
  readonly text: string;
}

const digits = new Intl.NumberFormat('en', { maximumSignificantDigits: 3, useGrouping: false });

/** The hooks of a profile that are in the user's source, by file. */
export function hookTimes({ actions, elapsedMs }: ProfileEvent): Map<string, HookTime[]> {
  const byFile = new Map<string, HookTime[]>();
  for (const action of actions) {
    if (!action.source || action.count === 0) continue;
    const { file, line } = action.source;
    const times = byFile.get(file) ?? [];
    byFile.set(file, times);
    times.push({ line: Math.max(0, line - 1), text: hookText(action, elapsedMs) });
  }
  return byFile;
}

/** `12.3 ms × 400 (38 %)`: the mean, how often, and the share of the whole run. */
export function hookText({ meanMs, totalMs, count }: ProfiledAction, elapsedMs: number): string {
  const mean = meanMs >= 1000 ? `${digits.format(meanMs / 1000)} s` : `${digits.format(meanMs)} ms`;
  const share = elapsedMs > 0 ? ` (${Math.round((totalMs / elapsedMs) * 100)} %)` : '';
  return `${mean} × ${count}${share}`;
}

/** Moves times with their lines when text before them was changed. `first` and `last` are the changed lines, `added` how many lines are there now. */
export function shiftTimes(times: readonly HookTime[], first: number, last: number, added: number): HookTime[] {
  const by = added - (last - first);
  // What was in the changed lines may be another hook now.
  return times
    .filter(({ line }) => line <= first || line >= last)
    .map((time) => (time.line > first ? { ...time, line: time.line + by } : time));
}
