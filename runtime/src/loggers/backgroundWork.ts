/** Work is done this often at most, so that many small requests become few writes. */
const INTERVAL_MS = 250;

/** One piece of work that is asked for often: done in the background, one at a time, and soon after the last wish. */
export class BackgroundWork {
  readonly #work: () => Promise<void>;
  readonly #onError: (error: unknown) => void;
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isWanted = false;
  #last = Number.NEGATIVE_INFINITY;

  /** @param onError is told of each failure; the work is asked for again with the next wish */
  constructor(work: () => Promise<void>, onError: (error: unknown) => void) {
    this.#work = work;
    this.#onError = onError;
  }

  /** Asks for the work; returns at once. */
  soon(): void {
    if (this.#timer !== undefined) return;
    if (this.#running) {
      this.#isWanted = true;
      return;
    }
    const wait = this.#last + INTERVAL_MS - performance.now();
    if (wait <= 0) this.#start();
    else this.#timer = setTimeout(() => this.#start(), wait);
  }

  /** Does the work once more, after what runs, and waits for it. Nothing is left behind then. */
  async finish(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#running;
    clearTimeout(this.#timer); // what ran may have been wished for again
    this.#start();
    this.#isWanted = false;
    await this.#running;
  }

  #start(): void {
    this.#timer = undefined;
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    try {
      await this.#work();
    } catch (error) {
      this.#onError(error);
    }
    this.#running = undefined;
    this.#last = performance.now();
    if (!this.#isWanted) return;
    this.#isWanted = false;
    this.soon();
  }
}
