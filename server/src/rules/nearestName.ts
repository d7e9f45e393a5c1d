import { distance } from 'fastest-levenshtein';

/** The allowed name that a person most likely meant, or undefined when none is near: at most a third of the letters differ. */
export function nearestName(name: string, allowed: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  const wanted = lettersOf(name);
  for (const candidate of allowed) {
    const found = distance(wanted, lettersOf(candidate));
    if (found < bestDistance) [best, bestDistance] = [candidate, found];
  }
  return bestDistance <= Math.max(1, Math.floor(wanted.length / 3)) ? best : undefined;
}

/** ` Did you mean 'x'?`, or nothing. */
export function didYouMean(near: string | undefined): string {
  return near === undefined ? '' : ` Did you mean '${near}'?`;
}

/** Case and underscores do not count: `max_epochs` is as near to `maxEpochs` as can be. */
function lettersOf(name: string): string {
  return name.replace(/[_-]/g, '').toLowerCase();
}
