import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { RULES } from './index.js';
import { findingsIn } from './testRule.js';

const EXAMPLES = new URL('../../../examples/', import.meta.url);
const examples = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' }).filter(
  (name) => /\.[cm]?[jt]s$/.test(name) && !/(^|[\\/])(node_modules|dist)[\\/]/.test(name),
);

it('finds the examples', () => {
  expect(examples.length).toBeGreaterThan(0);
});

it.each(examples)('no rule has anything to say about %s', (name) => {
  const text = readFileSync(fileURLToPath(new URL(name.replaceAll('\\', '/'), EXAMPLES)), 'utf8');
  expect(RULES.flatMap((rule) => findingsIn(rule, { [name]: text }))).toEqual([]);
});

it('knows each rule by one name', () => {
  expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
});
