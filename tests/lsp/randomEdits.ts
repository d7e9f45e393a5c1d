import type { TextEdit } from 'vscode-languageserver-protocol/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';

/** What people type, and what breaks a text most. */
const TYPED = [
  ...'{}()[]<>`\'"/*\\;:,.=$#@!&|?+- \n\taelstC0𝔏',
  '/*',
  '*/',
  '//',
  '${',
  '=>',
  '\r\n',
  'class ',
  'extends ',
];
const LONGEST_DELETION = 40;
const LONGEST_PASTE = 400;

/** Numbers from 0 to 1, the same for the same seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    // A linear congruential generator (Numerical Recipes), its low bits mixed in: plenty for choosing edits.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return ((state ^ (state >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** One edit as a hasty person makes it: characters deleted, something typed, a fragment pasted. */
export function randomEdit(document: TextDocument, fragments: readonly string[], random: () => number): TextEdit {
  const text = document.getText();
  const below = (limit: number) => Math.floor(random() * limit);
  const start = below(text.length + 1);
  const kind = below(10);
  let end = start;
  let newText = '';
  if (kind < 4) end = Math.min(text.length, start + 1 + below(below(LONGEST_DELETION)));
  else if (kind < 8) newText = TYPED[below(TYPED.length)] ?? '';
  else {
    const source = fragments[below(fragments.length)] ?? '';
    const from = below(source.length);
    newText = source.slice(from, from + below(LONGEST_PASTE));
    if (kind === 9) end = Math.min(text.length, start + below(LONGEST_PASTE));
  }
  return { range: { start: document.positionAt(start), end: document.positionAt(end) }, newText };
}
