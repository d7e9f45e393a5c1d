import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RULES } from './index.js';
import { fileIn, findingsIn } from './testRule.js';

const PAGES = new URL('../../../docs/rules/', import.meta.url);
const SECTIONS = ['Wrong', 'Right', 'When it is only a hint', 'Fix', 'See also'];

describe('every rule', () => {
  const ids = RULES.map(({ id }) => id).sort();

  it('has a file of its name', () => {
    const files = readdirSync(new URL('./', import.meta.url)).filter((name) => name.includes('-'));
    expect(files.filter((name) => !name.endsWith('.test.ts')).sort()).toEqual(ids.map((id) => `${id}.ts`));
  });

  it('has a test of its name', () => {
    const files = readdirSync(new URL('./', import.meta.url)).filter((name) => name.includes('-'));
    expect(files.filter((name) => name.endsWith('.test.ts')).sort()).toEqual(ids.map((id) => `${id}.test.ts`));
  });

  it('has a page of its name', () => {
    expect(readdirSync(PAGES).sort()).toEqual(ids.map((id) => `${id}.md`));
  });
});

describe.each(RULES.map((rule) => ({ id: rule.id, rule, page: pageOf(rule.id) })))(
  'the page of $id',
  ({ id, rule, page }) => {
    it('has a title, a beginning and all sections', () => {
      expect(page.title).toBe(id);
      expect(page.introduction).toMatch(/\S/);
      expect([...page.sections.keys()]).toEqual(SECTIONS);
      for (const text of page.sections.values()) expect(text).toMatch(/\S/);
    });

    it('shows code that the rule reports, and is sure of', () => {
      const findings = examples(page, 'Wrong').flatMap((text) => findingsIn(rule, { 'example.ts': text }));
      expect(findings.length).toBeGreaterThan(0);
      expect(findings.every(({ certainty }) => certainty === 'certain')).toBe(true);
    });

    it('shows right code that no rule reports', () => {
      for (const text of examples(page, 'Right')) {
        const file = fileIn({ 'example.ts': text });
        expect(file && (file.classes.length > 0 || file.trainers.length > 0)).toBe(true);
        expect(RULES.flatMap((each) => findingsIn(each, { 'example.ts': text }))).toEqual([]);
      }
    });

    // Some rules are always sure: then the section says so, and has nothing to show.
    const hints = examples(page, 'When it is only a hint');
    it.skipIf(hints.length === 0)('shows code that is only a hint', () => {
      const findings = hints.flatMap((text) => findingsIn(rule, { 'example.ts': text }));
      expect(findings.map(({ certainty }) => certainty)).toEqual(['likely']);
    });

    it('links to pages that are there', () => {
      const links = [...page.text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, target = '']) => target);
      for (const target of links) expect(() => readFileSync(new URL(target, PAGES))).not.toThrow();
    });
  },
);

interface Page {
  readonly text: string;
  readonly title: string;
  readonly introduction: string;
  readonly sections: ReadonlyMap<string, string>;
}

function pageOf(id: string): Page {
  const text = readFileSync(new URL(`${id}.md`, PAGES), 'utf8');
  const [head = '', ...parts] = text.split(/^## /m);
  const [, title = '', introduction = ''] = /^# (.+)\n([\s\S]*)$/.exec(head) ?? [];
  const sections = parts.map((part): [string, string] => {
    const end = part.indexOf('\n');
    return [part.slice(0, end), part.slice(end + 1)];
  });
  return { text, title, introduction, sections: new Map(sections) };
}

function examples(page: Page, section: string): readonly string[] {
  return [...(page.sections.get(section) ?? '').matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
}
