/** What a contestant's process says: that it is ready, how long a round took, or what went wrong. */
export interface Answer {
  readonly milliseconds?: number;
  readonly error?: string;
}

/** Says that this process is ready, then does a round whenever the benchmark asks for one, until it goes. */
export function serve(round: () => Promise<number>): void {
  process.on('message', () => {
    round().then(
      (milliseconds) => say({ milliseconds }),
      (error: unknown) => say({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  process.on('disconnect', () => process.exit());
  say({});
}

function say(answer: Answer): void {
  process.send?.(answer);
}
