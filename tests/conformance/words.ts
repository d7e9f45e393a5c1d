import { toCamel } from './names.js';

/** True when a text mentions a word in PyTorch Lightning's spelling or ours; case does not count. */
export function mentions(text: string, word: string): boolean {
  const lower = text.toLowerCase();
  return [word, toCamel(word)].some((spelling) => lower.includes(spelling.toLowerCase()));
}
