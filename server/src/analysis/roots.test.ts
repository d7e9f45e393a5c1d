import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { kindByName, PACKAGE_CALLBACKS, packageBase } from './roots.js';

it('knows the callbacks of the package', () => {
  const folder = new URL('../../../runtime/src/callbacks/', import.meta.url);
  const texts = readdirSync(folder)
    .filter((name) => /^\w+\.ts$/.test(name))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'));
  const baseOf = new Map(
    texts.flatMap((text) =>
      [...text.matchAll(/^export (?:abstract )?class (\w+) extends (\w+)/gm)].map(([, name = '', base = '']) => [
        name,
        base,
      ]),
    ),
  );
  const isCallback = (name: string | undefined): boolean =>
    name === 'Callback' || (name !== undefined && isCallback(baseOf.get(name)));
  const exported = readFileSync(new URL('../index.ts', folder), 'utf8');
  const callbacks = [...baseOf.keys()].filter((name) => isCallback(name) && new RegExp(`\\b${name}\\b`).test(exported));
  expect(callbacks.sort()).toEqual([...PACKAGE_CALLBACKS].sort());
});

it.each([
  ['LightningModule', { kind: 'module', isRoot: true }],
  ['LightningDataModule', { kind: 'datamodule', isRoot: true }],
  ['Callback', { kind: 'callback', isRoot: true }],
  ['EarlyStopping', { kind: 'callback', isRoot: false }],
  ['Trainer', null],
  ['toString', null],
])('takes the export %s for %j', (name, expected) => {
  expect(packageBase(name)).toEqual(expected);
});

it.each([
  ['MyLightningModule', 'module'],
  ['LightningDataModuleBase', 'datamodule'],
  ['Callback', null],
  ['Module', null],
])('takes an unreadable %s for %s', (name, expected) => {
  expect(kindByName(name)).toBe(expected);
});
