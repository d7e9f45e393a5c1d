import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LEGACY_OPTIONS, type LegacyOptionRow } from '../legacyOptionTable.js';
import { type OptionRow, TRAINER_OPTIONS } from '../optionTable.js';

const page = readFileSync(new URL('../../../../docs/migrating-from-1.6.md', import.meta.url), 'utf8');

describe('The page on coming from 1.6', () => {
  it.each(Object.entries<LegacyOptionRow>(LEGACY_OPTIONS))('has the row of %s', (name, { modern, doc }) => {
    const today = modern.startsWith('nothing') ? '–' : `\`${modern}\``;
    expect(page).toContain(`| \`${name}\` | ${today} | ${doc} |`);
  });

  const without = Object.entries<OptionRow>(TRAINER_OPTIONS).filter(([, { noEffect }]) => noEffect !== undefined);
  it.each(without)('says that %s changes nothing', (name, { noEffect }) => {
    expect(page).toContain(`| \`${name}\` | ${noEffect} |`);
  });
});
