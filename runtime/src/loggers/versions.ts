import { readdirSync } from 'node:fs';

/** The number after the highest `version_N` in a folder; 0 when there is none. */
export function nextVersion(directory: string): number {
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch {
    return 0; // no folder yet: the first run
  }
  const versions = names.map((name) => /^version_(\d+)$/.exec(name)?.[1]).filter((digits) => digits !== undefined);
  return versions.length === 0 ? 0 : Math.max(...versions.map(Number)) + 1;
}
