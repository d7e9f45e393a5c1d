/** One of those that are compared. */
export interface Contestant extends AsyncDisposable {
  readonly name: string;
  /** Does the work once. Returns milliseconds: of the whole, or of one step of it. */
  round(): Promise<number>;
}

/** What one contestant took, in milliseconds, one value a round. */
export interface Timings {
  readonly name: string;
  readonly rounds: readonly number[];
}

/** The median, and where the middle half of the values lies: a round that something else disturbed falls outside. */
export interface Summary {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** How long a race is. */
export interface RaceLength {
  readonly rounds: number;
  /** Rounds before that, which do not count: compilers and caches get warm. */
  readonly warmups: number;
}

/**
 * Lets the contestants work by turns, so that whatever else the machine does falls on all of them alike. Each round begins
 * with another one.
 */
export async function race(contestants: readonly Contestant[], { rounds, warmups }: RaceLength): Promise<Timings[]> {
  const timings = contestants.map(({ name }) => ({ name, rounds: [] as number[] }));
  for (let round = -warmups; round < rounds; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const index = (turn + Math.max(round, 0)) % contestants.length;
      const milliseconds = await contestants[index]?.round();
      if (round >= 0 && milliseconds !== undefined) timings[index]?.rounds.push(milliseconds);
    }
  }
  return timings;
}

/** @param values at least one */
export function summarize(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: quantile(sorted, 0.5), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75) };
}

function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(place)] ?? Number.NaN, sorted[Math.ceil(place)] ?? Number.NaN];
  return below + (above - below) * (place % 1);
}

/** Our time over the peer's, round by round: below 1 we are faster. */
export function ratio(ours: Timings, peer: Timings): Summary {
  return summarize(ours.rounds.map((milliseconds, round) => milliseconds / (peer.rounds[round] ?? Number.NaN)));
}
