/** Writes down what went wrong inside the server: each problem once, however often it happens. */
export class ProblemLog {
  readonly #write: (text: string) => void;
  readonly #onChange: () => void;
  readonly #seen = new Set<string>();
  /** What fails at present, and where. */
  readonly #failing = new Map<string, { readonly what: string; readonly where: string }>();

  /**
   * @param write where a line goes, such as the client's output channel
   * @param onChange told when something else than before is failing
   */
  constructor(write: (text: string) => void, onChange: () => void = () => undefined) {
    this.#write = write;
    this.#onChange = onChange;
  }

  /** What fails at present, such as `rule unknown-hook`. */
  get failing(): readonly string[] {
    return [...new Set([...this.#failing.values()].map(({ what }) => what))];
  }

  /**
   * @param what what failed, such as `rule unknown-hook`
   * @param where in which document; the same thing may be fine in another one
   */
  report(what: string, error: unknown, where = ''): void {
    const text = `${what} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    // The way there may differ, the place does not.
    const [problem = ''] = /^.*(\n\s*at .*)?/.exec(text) ?? [];
    if (!this.#seen.has(problem)) {
      if (this.#seen.size >= MAX_SEEN) this.#seen.clear();
      this.#seen.add(problem);
      this.#write(text);
    }
    if (this.#failing.has(keyOf(what, where))) return;
    this.#failing.set(keyOf(what, where), { what, where });
    this.#onChange();
  }

  /** What may have failed before has worked. */
  worked(what: string, where = ''): void {
    if (this.#failing.delete(keyOf(what, where))) this.#onChange();
  }

  /** Nobody works on this document any more. */
  closed(where: string): void {
    const size = this.#failing.size;
    for (const [key, each] of this.#failing) if (each.where === where) this.#failing.delete(key);
    if (this.#failing.size !== size) this.#onChange();
  }
}

const MAX_SEEN = 1000;

function keyOf(what: string, where: string): string {
  return `${what}\n${where}`;
}
