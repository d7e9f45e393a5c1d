import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { LspClient } from './client.js';
import { useServer } from './useServer.js';

const start = useServer();
const root = fileURLToPath(new URL('../../', import.meta.url));

/** Packages that come with their TypeScript sources, none of which knows of Lightning. */
const PACKAGES = ['assemblyscript', 'ajv', 'cheerio', 'htmlparser2', '@azure/msal-browser'] as const;
/** Enough of a large package, and no more than a test should take. */
const MAX_FILES = 120;

function sourcesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /(?<!\.d)\.[cm]?tsx?$/.test(name) && !name.includes('node_modules'))
    .sort()
    .slice(0, MAX_FILES);
}

async function problemsIn(client: LspClient, folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  const names = sourcesIn(folder);
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    await client.open(name, readFileSync(join(folder, name), 'utf8'));
    found.push(...(await client.problems(name)).map((problem) => `${relative(root, join(folder, name))}: ${problem}`));
    await client.close(name);
  }
  return found;
}

it.each(PACKAGES)('finds nothing in %s', async (name) => {
  expect(await problemsIn(await start(), join(root, 'node_modules', name))).toEqual([]);
});

it('finds nothing in the examples', async () => {
  expect(await problemsIn(await start(), join(root, 'examples'))).toEqual([]);
});
