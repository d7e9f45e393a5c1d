/** What can be taken back; the shape of an editor's disposable, without the editor. */
export interface Disposable {
  dispose(): void;
}

/** Tells many listeners of one thing. A listener that throws costs itself only, and is reported to `onError`. */
export class Emitter<T> {
  readonly #listeners = new Set<(value: T) => void>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void = () => undefined) {
    this.#onError = onError;
  }

  /** Calls `listener` for each value until disposed. */
  on(listener: (value: T) => void): Disposable {
    const own = (value: T) => listener(value); // the same listener may be added twice
    this.#listeners.add(own);
    return { dispose: () => this.#listeners.delete(own) };
  }

  /** Tells every listener, in the order in which they came. */
  fire(value: T): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}
