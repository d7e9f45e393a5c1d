/** Modules for worker threads, written to a folder of their own: threads load built files only. Not part of the package. */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll } from 'vitest';

const folder = mkdtempSync(join(realpathSync(tmpdir()), 'lightning-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

/** The URL of a new module with this JavaScript. */
export function moduleOf(code: string, extension = 'mjs'): URL {
  const file = join(folder, `module${count++}.${extension}`);
  writeFileSync(file, code);
  return pathToFileURL(file);
}

/** A dataset of `[index, random number]`, which shows both the order and what was drawn. */
export const NOISE = `
export default class {
  constructor(length) { this.length = length; }
  get(index) { return [index, Math.random()]; }
}`;
