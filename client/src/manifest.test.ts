import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMMAND_IDS } from './commands/commandIds.js';
import { TOOL_NAMES } from './tools/toolNames.js';

const root = new URL('../../', import.meta.url);
const text = (path: string) => readFileSync(new URL(path, root), 'utf8');
const manifest = JSON.parse(text('package.json'));
const words: Record<string, string> = JSON.parse(text('package.nls.json'));

interface Contribution {
  readonly command: string;
}

describe('the manifest', () => {
  it('declares the commands that are registered, and no others', () => {
    const declared = (manifest.contributes.commands as Contribution[]).map(({ command }) => command);
    expect(declared.sort()).toEqual([...COMMAND_IDS].sort());
  });

  it('declares the tools for language models that are registered', () => {
    const declared = (manifest.contributes.languageModelTools as { name: string }[]).map(({ name }) => name);
    expect(declared).toEqual([...TOOL_NAMES]);
  });

  it('names pictures of the walkthrough that are there', () => {
    for (const { media } of manifest.contributes.walkthroughs[0].steps) expect(text(media.svg)).toMatch(/^<svg/);
  });

  it('puts only declared commands into menus and welcome texts', () => {
    const menus = Object.values<Contribution[]>(manifest.contributes.menus).flat();
    const linked = Object.values(words).flatMap((word) =>
      [...word.matchAll(/command:(lightning\.\w+)/g)].map(([, id]) => id),
    );
    for (const id of [...menus.map(({ command }) => command), ...linked]) expect(COMMAND_IDS).toContain(id);
  });

  it('finds each of its words in package.nls.json, and uses them all', () => {
    const used = [...text('package.json').matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key);
    expect([...new Set(used)].sort()).toEqual(Object.keys(words).sort());
  });

  it('declares the settings that are read', () => {
    const read = [...text('client/src/settings.ts').matchAll(/settings\.get\('(\w+)'/g)].map(
      ([, key]) => `lightning.${key}`,
    );
    // These are the language server's, which asks for them itself.
    const readByServer = ['lightning.lint.enable', 'lightning.lint.rules'];
    expect(Object.keys(manifest.contributes.configuration.properties).sort()).toEqual(
      [...read, ...readByServer].sort(),
    );
  });

  it('restricts the settings that choose what is executed', () => {
    expect(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations).toEqual(['lightning.nodePath']);
    expect(manifest.contributes.configuration.properties['lightning.nodePath'].scope).toBe('machine-overridable');
  });
});

describe('the commands', () => {
  it('have a file each, named after the command, and a line in the door', () => {
    const files = readdirSync(fileURLToPath(new URL('client/src/commands/', root)));
    const door = text('client/src/commands/index.ts');
    for (const id of COMMAND_IDS) {
      const name = id.slice('lightning.'.length);
      expect(files).toContain(`${name}.ts`);
      expect(text(`client/src/commands/${name}.ts`)).toContain(`id: '${id}'`);
      expect(door).toContain(`./${name}.js`);
    }
  });
});
