/** What the tests of the features share: a document with a mark for the cursor, and the analysis of its folder. */
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Analyzer } from '../analysis/index.js';
import { MEMORY_ROOT, memoryHost } from '../analysis/memoryHost.js';

/** A document of a test. */
export interface Opened {
  readonly document: TextDocument;
  /** Where `|` stood in the text; the end without one. */
  readonly offset: number;
  readonly analyzer: Analyzer;
}

/** Opens the first of some files, and takes the others into the index. `|` marks the cursor in the first. */
export function open(files: Readonly<Record<string, string>>): Opened {
  const [first = 'lit.ts'] = Object.keys(files);
  const marked = files[first] ?? '';
  const offset = marked.includes('|') ? marked.indexOf('|') : marked.length;
  const text = marked.replace('|', '');
  const analyzer = new Analyzer(memoryHost({ ...files, [first]: text }));
  for (const name of Object.keys(files)) analyzer.index(MEMORY_ROOT + name);
  const languageId = /\.[cm]?js$/.test(first) ? 'javascript' : 'typescript';
  return { document: TextDocument.create(MEMORY_ROOT + first, languageId, 1, text), offset, analyzer };
}
