import { type FSWatcher, watch, writeFileSync } from 'node:fs';
import { type Counts, countTests, describeRecords, readRecords, type TestRecord } from './records.js';

/** Follows the records of a Mocha run in another process: shows each test as it ends, and tells when the run began. */
export class RecordsTail implements Disposable {
  readonly #file: string;
  readonly #watcher: FSWatcher;
  readonly #print: (line: string) => void;
  #shown = 0;
  #begin: () => void = () => {};
  /** Settles at the run's first record. */
  readonly began: Promise<void>;

  /** Empties the file: records of an earlier run are not this one's. */
  constructor(file: string, print: (line: string) => void) {
    this.#file = file;
    this.#print = print;
    this.began = new Promise((resolve) => {
      this.#begin = resolve;
    });
    writeFileSync(file, '');
    this.#watcher = watch(file, () => this.read());
  }

  /** Everything recorded so far; prints what is new. */
  read(): readonly TestRecord[] {
    const records = readRecords(this.#file);
    if (records.length > 0) this.#begin();
    for (const line of describeRecords(records.slice(this.#shown))) this.#print(line);
    this.#shown = records.length;
    return records;
  }

  /** The sums so far. */
  counts(): Counts {
    return countTests(this.read());
  }

  /** Whether the run came to its end. */
  isComplete(): boolean {
    return this.read().some((record) => record.event === 'end');
  }

  /** @throws when the run broke off, or ran no test: neither may pass for a success */
  assertComplete(): void {
    if (!this.isComplete()) {
      throw new Error('the run broke off: its records have no end. The last test named above was the last to finish.');
    }
    const { passed, failed } = this.counts();
    if (passed + failed === 0) throw new Error('the run ended without running a test.');
  }

  [Symbol.dispose](): void {
    this.#watcher.close();
  }
}
