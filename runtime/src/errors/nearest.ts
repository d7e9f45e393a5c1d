import { distance } from 'fastest-levenshtein';

/**
 * The allowed name that a person most likely meant, or undefined when none is near.
 * @param most how many letters may differ; default: a third of them
 */
export function nearest(name: string, allowed: Iterable<string>, most?: number): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  const wanted = normalise(name);
  for (const candidate of allowed) {
    const found = distance(wanted, normalise(candidate));
    if (found < bestDistance) [best, bestDistance] = [candidate, found];
  }
  return bestDistance <= (most ?? Math.max(1, Math.floor(wanted.length / 3))) ? best : undefined;
}

/** Case and underscores do not count: `max_epochs` is as near to `maxEpochs` as can be. */
function normalise(name: string): string {
  return name.replaceAll(/[_-]/g, '').toLowerCase();
}
