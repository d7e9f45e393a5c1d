/** Collects the warnings of this process while a run goes on. */
export class WarningCollector {
  readonly messages: string[] = [];
  readonly #listen = ({ message }: Error) => this.messages.push(message);

  constructor() {
    process.on('warning', this.#listen);
  }

  /** Ends the collection; warnings that are on their way still count. */
  async end(): Promise<readonly string[]> {
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', this.#listen);
    return this.messages;
  }
}
