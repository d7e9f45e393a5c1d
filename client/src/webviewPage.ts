/** Where a page's files are, as the page sees them. */
export interface PageParts {
  /** The only origin that styles may come from. */
  readonly cspSource: string;
  /** Allows one script; new for every page and impossible to guess. */
  readonly nonce: string;
  readonly script: string;
  readonly style: string;
  /** For the tab and for screen readers. */
  readonly title: string;
  /** BCP 47 tag of the editor's language. */
  readonly language: string;
  /** Id of the element that the script fills. */
  readonly root: string;
}

/**
 * A page of ours. It holds no data: names come by messages once it listens, and nothing is ever read as HTML. It may run one
 * script and load one style sheet, and reach nothing else.
 */
export function webviewPage({ cspSource, nonce, script, style, title, language, root }: PageParts): string {
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${cspSource}; font-src ${cspSource}`;
  return `<!DOCTYPE html>
<html lang="${attribute(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${attribute(title)}</title>
<link rel="stylesheet" href="${attribute(style)}">
</head>
<body>
<main id="${attribute(root)}"></main>
<script nonce="${attribute(nonce)}" src="${attribute(script)}"></script>
</body>
</html>
`;
}

function attribute(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
