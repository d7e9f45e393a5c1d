import { closeSync, openSync, writeFileSync } from 'node:fs';

/** A text file that is begun anew with the first write and grows by each one. What is written is with the system when `write` returns. */
export class GrowingText {
  readonly #path: string;
  #file: number | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  get isBegun(): boolean {
    return this.#file !== undefined;
  }

  write(text: string): void {
    this.#file ??= openSync(this.#path, 'w');
    writeFileSync(this.#file, text); // at the place where the last write ended
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}
