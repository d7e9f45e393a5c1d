/** Writes down what went wrong inside the server: each problem once, however often it happens. */
export class ProblemLog {
  readonly #seen = new Set<string>();

  /** @param write where a line goes, such as the client's output channel */
  constructor(readonly write: (text: string) => void) {}

  /** @param what what failed, such as `rule unknown-hook` */
  report(what: string, error: unknown): void {
    const text = `${what} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    if (this.#seen.has(text)) return;
    this.#seen.add(text);
    this.write(text);
  }
}
