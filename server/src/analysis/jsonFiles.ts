import * as ts from './syntax.js';

/** A configuration file's text at one moment. */
export interface ConfigSnapshot {
  /** Changes whenever the text does. */
  readonly version: string;
  /** Read only when the version is new. Undefined when that fails. */
  text(): string | undefined;
}

/** A configuration file that was read. */
export interface JsonFile {
  readonly text: string;
  /** What it holds; an empty object when it holds anything else than an object. */
  readonly value: Readonly<Record<string, unknown>>;
}

/** Configurations beyond this length are not read. */
const MAX_LENGTH = 256_000;
const MAX_CACHED = 500;

/** Reads `tsconfig.json`, `package.json` and their like: comments and trailing commas allowed, nothing executed. */
export class JsonFiles {
  readonly #cache = new Map<string, { readonly version: string; readonly file: JsonFile | undefined }>();

  /** @param snapshot the file, or undefined when there is none */
  constructor(readonly snapshot: (uri: string) => ConfigSnapshot | undefined) {}

  /** The file, or undefined when there is none, or none that can be read. Text that does not parse is as an empty object. */
  read(uri: string): JsonFile | undefined {
    const snapshot = this.snapshot(uri);
    const cached = this.#cache.get(uri);
    if (!snapshot) {
      if (cached) this.#cache.delete(uri);
      return undefined;
    }
    if (cached?.version === snapshot.version) return cached.file;
    const file = readJson(snapshot.text());
    if (this.#cache.size >= MAX_CACHED) this.#cache.clear();
    this.#cache.set(uri, { version: snapshot.version, file });
    return file;
  }
}

function readJson(text: string | undefined): JsonFile | undefined {
  if (text === undefined || text.length > MAX_LENGTH) return undefined;
  return { text, value: asObject(parsed(text)) ?? {} };
}

function parsed(text: string): unknown {
  try {
    return ts.parseConfigFileTextToJson('config.json', text).config;
  } catch {
    return undefined; // nested too deep for the parser
  }
}

/** The value when it is an object with names, else undefined. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>) // an object's values are unknown by any name
    : undefined;
}

/** The strings of a value that is a string or a list. */
export function asStrings(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((each) => typeof each === 'string');
}
