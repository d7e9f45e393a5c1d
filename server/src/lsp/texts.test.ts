import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import zhCn from '../../l10n/zh-cn.json';
import { RULES } from '../rules/index.js';
import { RULE_LEVELS } from './settings.js';
import { Texts } from './texts.js';

const english = new Map(
  RULES.flatMap(({ id, messages }) =>
    Object.entries(messages).map(([messageId, text]) => [`${id}.${messageId}`, text]),
  ),
);
const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();

describe('the Chinese words', () => {
  const ofRules = Object.entries(zhCn).filter(([key]) => !key.startsWith('server.'));

  it.each(ofRules)('for %s are those of a message, with the same places', (key, words) => {
    expect(english.has(key)).toBe(true);
    expect(places(words)).toEqual(places(english.get(key) ?? ''));
  });

  it('are taken for zh-CN, and English ones where there are none', () => {
    const texts = new Texts('zh-CN');
    expect(texts.of('server.disableLine', { rule: 'a-rule' })).toBe('对此行禁用 a-rule');
    expect(texts.ofRule('a-rule', 'no-message', {}, 'in English')).toBe('in English');
    expect(new Texts('fr').of('server.disableLine', { rule: 'a-rule' })).toBe('Disable a-rule for this line');
  });
});

it('every rule is among the settings, with its levels', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  const setting = manifest.contributes.configuration.properties['lightning.lint.rules'];
  expect(setting.propertyNames.enum).toEqual(RULES.map(({ id }) => id).sort());
  expect(setting.additionalProperties.enum).toEqual([...RULE_LEVELS]);
});
