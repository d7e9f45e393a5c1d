import { open, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** In the run directory, so that a name goes where the run goes, and other windows and machines see it. */
const FILE = 'run.json';
const MAX_FILE_BYTES = 65_536;
/** Longer names are cut. */
const MAX_NAME = 200;

/** The names that people gave to runs, by run directory. */
export class RunNames {
  readonly #names = new Map<string, string>();

  /** As it was last read or set; undefined when nobody named it. */
  get(directory: string): string | undefined {
    return this.#names.get(directory);
  }

  /** Reads it from disk. A file that is none of ours names nothing. */
  async read(directory: string): Promise<string | undefined> {
    const name = cleaned((await readObject(join(directory, FILE))).name);
    this.#remember(directory, name);
    return name;
  }

  /** Names a run; an empty name takes its name away. Throws what the file system says when that cannot be written. */
  async set(directory: string, name: string): Promise<void> {
    const path = join(directory, FILE);
    const { name: _before, ...others } = await readObject(path);
    const kept = cleaned(name);
    const temporary = `${path}.${process.pid}.tmp`;
    try {
      await writeFile(
        temporary,
        `${JSON.stringify({ ...(kept !== undefined && { name: kept }), ...others }, null, 2)}\n`,
      );
      await rename(temporary, path);
    } finally {
      await rm(temporary, { force: true });
    }
    this.#remember(directory, kept);
  }

  #remember(directory: string, name: string | undefined): void {
    if (name === undefined) this.#names.delete(directory);
    else this.#names.set(directory, name);
  }
}

/** One line of text that a person can have meant as a name; undefined for anything else. */
function cleaned(name: unknown): string | undefined {
  if (typeof name !== 'string') return undefined;
  const line = name.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return line === '' ? undefined : line.slice(0, MAX_NAME);
}

async function readObject(path: string): Promise<Record<string, unknown>> {
  try {
    await using file = await open(path, 'r');
    const buffer = Buffer.alloc(MAX_FILE_BYTES);
    const { bytesRead } = await file.read(buffer, 0, MAX_FILE_BYTES, 0);
    const value: unknown = JSON.parse(buffer.toString('utf8', 0, bytesRead));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {}; // not there, not readable, too long, or no JSON
  }
}
