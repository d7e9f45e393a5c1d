/** Where a number is given to a name in a source text. */
export interface Assignment {
  readonly name: string;
  /** The number as it stands. */
  readonly text: string;
  /** Where the number begins. */
  readonly offset: number;
}

const NUMBER = String.raw`[-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?`;

/** The places at which a field, a property or a default of one of these names gets a plain number: `lr: 1e-3`, `lr = 0.1`. */
export function assignmentsOf(text: string, names: readonly string[]): Assignment[] {
  const pattern = new RegExp(
    String.raw`(?<![\w$.])(${names.join('|')})(?:\s*:\s*number)?\s*[:=]\s*(${NUMBER})(?![\w.$])`,
    'g',
  );
  const found: Assignment[] = [];
  for (const match of text.matchAll(pattern)) {
    const [whole, name = '', number = ''] = match;
    const offset = match.index + whole.length - number.length;
    if (!isCommentedOut(text, match.index)) found.push({ name, text: number, offset });
  }
  return found;
}

function isCommentedOut(text: string, offset: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', offset) + 1, offset);
  return /\/\/|^\s*\*|\/\*/.test(line);
}
