/** Languages that a module can be written in. */
export const LANGUAGES = ['typescript', 'typescriptreact', 'javascript', 'javascriptreact'] as const;

/** Their files. */
export const SOURCE_GLOB = '**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}';

const MENTION = /['"]lightning-tfjs(?:\/[\w./-]*)?['"]|\bextends\s+[\w.]*Lightning(?:Data)?Module\b/;
/** Imports stand at the top; a generated file of many megabytes is not searched to its end. */
const MAX_CHARACTERS = 200_000;

/** True when a source file may hold a module: cheap enough for every file that is opened. */
export function isLightningFile(document: { getText(): string }): boolean {
  return MENTION.test(document.getText().slice(0, MAX_CHARACTERS));
}
