import { realSchedule, type Schedule } from '../schedule.js';

/** A process that was asked to stop and says nothing for so long is taken to hang. */
const SILENCE_MS = 30_000;
/** A process that was told to stop at once gets so long to do it. */
const FORCE_MS = 5_000;

/** How a process is reached. */
export interface StopTarget {
  /** Asks it to stop: the first time at its next batch, after a checkpoint; the second time at once. False when it does not listen any more. */
  ask(): boolean;
  /** Ends it without asking. */
  kill(): void;
  warn(text: string): void;
  readonly schedule?: Schedule;
  /** When it says nothing for so long after it was asked, it is asked again. Default: 30 s. */
  readonly silenceMs?: number;
}

/**
 * Ends a process: asks it first, then asks it to end at once, then kills it. Each further request takes the next step, and so does time
 * when the process says nothing.
 */
export class Stopper {
  readonly #target: StopTarget;
  readonly #schedule: Schedule;
  #requests = 0;
  #isKilled = false;
  #cancel: () => void = () => undefined;

  constructor(target: StopTarget) {
    this.#target = target;
    this.#schedule = target.schedule ?? realSchedule;
  }

  /** How often it was asked. */
  get requests(): number {
    return this.#requests;
  }

  /** True once it was killed by us. */
  get isKilled(): boolean {
    return this.#isKilled;
  }

  /** Takes the next step. */
  request(): void {
    this.#requests++;
    if (this.#requests > 2 || !this.#target.ask()) this.kill();
    else this.#watch();
  }

  /** The process said something: it lives, and a long save is not a hang. */
  heard(): void {
    if (this.#requests === 1) this.#watch();
  }

  /** Ends it without asking. */
  kill(): void {
    this.#isKilled = true;
    this.settle();
    this.#target.kill();
  }

  /** The process is gone. */
  settle(): void {
    this.#cancel();
    this.#cancel = () => undefined;
  }

  #watch(): void {
    const { silenceMs = SILENCE_MS } = this.#target;
    this.#cancel();
    this.#cancel =
      this.#requests === 1
        ? this.#schedule(silenceMs, () => {
            this.#target.warn(
              `The run said nothing for ${silenceMs / 1000} s after it was asked to stop; it is stopped now.`,
            );
            this.request();
          })
        : this.#schedule(FORCE_MS, () => this.kill());
  }
}
