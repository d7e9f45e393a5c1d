import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { randomEdit, randomNumbers } from '../../../tests/lsp/randomEdits.js';
import { extractFacts } from './extractFacts.js';
import type { Language } from './facts.js';
import { EditedTree } from './parse.js';

const EXAMPLES = ['digits/digits.ts', 'mnist/mnist.ts'];
const EDITS = 400;

it.each<[Language]>([['ts'], ['js'], ['tsx']])(
  'reads from an edited tree what it reads from a new one: %s',
  (language) => {
    const texts = EXAMPLES.map((name) => readFileSync(new URL(`../../../examples/${name}`, import.meta.url), 'utf8'));
    const random = randomNumbers(7);
    for (const text of texts) {
      const tree = new EditedTree();
      let now = text;
      for (let done = 0; done < EDITS; done += 1) {
        if (done % 40 === 0) now = text;
        const document = TextDocument.create('file:///lit.ts', language, 1, now);
        now = TextDocument.applyEdits(document, [randomEdit(document, texts, random)]);
        const source = { uri: 'file:///lit.ts', text: now, language };
        expect(extractFacts(source, tree)).toEqual(extractFacts(source));
      }
    }
  },
);

it('parses anew when the language is another', () => {
  const tree = new EditedTree();
  const text = 'const a = <string>b;';
  expect(extractFacts({ uri: 'file:///a.ts', text, language: 'ts' }, tree).hasSyntaxErrors).toBe(false);
  expect(extractFacts({ uri: 'file:///a.ts', text, language: 'tsx' }, tree).hasSyntaxErrors).toBe(true);
});
