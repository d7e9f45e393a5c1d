import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const text = (path: string) => readFileSync(new URL(path, root), 'utf8');
const json = (path: string): Record<string, string> => JSON.parse(text(path));

const QUOTED = /l10n\.t\(\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\$]|\\.)*)`)/g;

/** Every text that the client gives to `vscode.l10n.t`. */
function textsOfSources(): ReadonlySet<string> {
  const folder = fileURLToPath(new URL('client/src/', root));
  const found = new Set<string>();
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
    for (const [, single, double, template] of text(`client/src/${file.replaceAll('\\', '/')}`).matchAll(QUOTED)) {
      found.add((single ?? double ?? template ?? '').replace(/\\(.)/g, '$1'));
    }
  }
  return found;
}

const places = (words: string) => [...words.matchAll(/\{\d+\}/g)].map(([place]) => place).sort();
const links = (words: string) => [...words.matchAll(/\(command:[\w.]+\)/g)].map(([link]) => link).sort();

describe('the texts of the client', () => {
  const sources = [...textsOfSources()].sort();
  const english = json('l10n/bundle.l10n.json');
  const chinese = json('l10n/bundle.l10n.zh-cn.json');

  it('are all in the bundles, and no others', () => {
    expect(Object.keys(english).sort()).toEqual(sources);
    expect(Object.keys(chinese).sort()).toEqual(sources);
  });

  it('are themselves in English, and have the same places in Chinese', () => {
    for (const [key, words] of Object.entries(english)) expect(words).toBe(key);
    for (const [key, words] of Object.entries(chinese)) expect([key, places(words)]).toEqual([key, places(key)]);
  });
});

describe('the texts of the manifest', () => {
  const english = json('package.nls.json');
  const chinese = json('package.nls.zh-cn.json');

  it('are there in Chinese, with the same links', () => {
    expect(Object.keys(chinese).sort()).toEqual(Object.keys(english).sort());
    for (const [key, words] of Object.entries(english))
      expect([key, links(chinese[key] ?? '')]).toEqual([key, links(words)]);
  });
});
