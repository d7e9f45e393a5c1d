/** Of a run of hours; about 32 MB. What comes later counts for the last action before it. */
const MAX_CHANGES = 2_000_000;

/** Which action was the innermost at each time. Times are those of V8's profiles: microseconds of the monotonic clock. */
export class ActionTimeline {
  readonly #times: number[] = [];
  readonly #actions: (string | undefined)[] = [];

  /** @param action what runs at its beginning */
  constructor(action?: string) {
    this.enter(action);
  }

  /** From now on this action is the innermost; undefined for none. */
  enter(action: string | undefined): void {
    if (this.#times.length >= MAX_CHANGES) return;
    this.#times.push(Number(process.hrtime.bigint() / 1000n));
    this.#actions.push(action);
  }

  /** A function that tells the action of a time; to be asked in the order of time. */
  reader(): (time: number) => string | undefined {
    let index = 0;
    return (time) => {
      while (index + 1 < this.#times.length && Number(this.#times[index + 1]) <= time) index++;
      return time < Number(this.#times[index]) ? undefined : this.#actions[index];
    };
  }
}
