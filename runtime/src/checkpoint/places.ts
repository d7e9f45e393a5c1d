import { resolve } from 'node:path';

/** True for a place that is no file of this machine: `s3://bucket/key`. */
export function isAddress(place: string): boolean {
  return /^[a-z][a-z\d+.-]+:\/\//i.test(place);
}

/** A path made absolute; an address as it is. */
export function resolvePlace(place: string): string {
  return isAddress(place) ? place : resolve(place);
}
