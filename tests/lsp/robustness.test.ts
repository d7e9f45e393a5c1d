import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import {
  CodeActionRequest,
  CodeLensRequest,
  CompletionRequest,
  DocumentLinkRequest,
  HoverRequest,
  InlayHintRequest,
  type ServerCapabilities,
  WorkspaceSymbolRequest,
} from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { LspClient } from './client.js';
import { randomEdit, randomNumbers } from './randomEdits.js';
import { useServer } from './useServer.js';

const start = useServer();
const examples = fileURLToPath(new URL('../../examples/', import.meta.url));

/** `LIGHTNING_EDITS=20000 npx vitest run tests/lsp/robustness.test.ts` takes minutes; each edit is the same every time. */
const EDITS = Number(process.env.LIGHTNING_EDITS ?? 2000);
/** Then the text is what it was again: what is edited shall stay near to what people write. */
const EDITS_BETWEEN_RESETS = 100;
const SLOWEST_MS = 1000;

const texts = new Map(
  readdirSync(examples, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[cm]?[jt]s$/.test(name) && !name.includes('node_modules'))
    .map((name) => [name, readFileSync(join(examples, name), 'utf8')]),
);

it(`survives ${EDITS} edits of all kinds`, { timeout: 60_000 + EDITS * 60 }, async () => {
  const client = await start({ files: Object.fromEntries(texts), folders: ['.'] });
  await client.indexed();
  const fragments = [...texts.values()];
  const names = [...texts.keys()];
  const random = randomNumbers(20_260_101);
  for (const [name, text] of texts) await client.open(name, text);
  const before = await Promise.all(names.map((name) => client.problems(name)));
  const memory: number[] = [];
  let slowest = { milliseconds: 0, what: '' };

  for (let done = 0; done < EDITS; done += 1) {
    const name = names[Math.floor(random() * names.length)] ?? '';
    if (done % EDITS_BETWEEN_RESETS === 0) for (const [each, text] of texts) await reset(client, each, text);
    const document = TextDocument.create(client.uri(name), '', 0, client.text(name));
    await client.edit(name, [randomEdit(document, fragments, random)]);
    const position = document.positionAt(Math.floor(random() * document.getText().length));
    for (const [what, ask] of questions(client, name, position, done)) {
      const begun = performance.now();
      await ask();
      const milliseconds = performance.now() - begun;
      if (milliseconds > slowest.milliseconds)
        slowest = { milliseconds, what: `${what} after edit ${done} of ${name}` };
    }
    if (done % 50 === 0) memory.push(residentMegabytes(client.process.pid));
  }

  for (const [name, text] of texts) await reset(client, name, text);
  expect(await Promise.all(names.map((name) => client.problems(name)))).toEqual(before);
  expect(client.logged).toEqual([]);
  expect(slowest.milliseconds, slowest.what).toBeLessThan(SLOWEST_MS);
  const [early, late] = [memory.slice(memory.length / 4, memory.length / 2), memory.slice((memory.length * 3) / 4)];
  console.log(
    `slowest: ${slowest.milliseconds.toFixed(0)} ms (${slowest.what}); memory: ${median(early)} MB, later ${median(late)} MB`,
  );
  // A collector lets garbage lie for a while; what grows with each edit grows by more.
  expect(median(late)).toBeLessThan(median(early) * 1.2 + 10);
});

async function reset(client: LspClient, name: string, text: string): Promise<void> {
  const document = TextDocument.create('', '', 0, client.text(name));
  const range = { start: { line: 0, character: 0 }, end: document.positionAt(document.getText().length) };
  await client.edit(name, [{ range, newText: text }]);
}

type Question = readonly [what: string, ask: () => Promise<unknown>];

/** What an editor asks after each edit, and now and then. */
function questions(
  client: LspClient,
  name: string,
  position: { readonly line: number; readonly character: number },
  done: number,
): readonly Question[] {
  const { connection } = client;
  const textDocument = { uri: client.uri(name) };
  const can = (capability: keyof ServerCapabilities) => client.result.capabilities[capability] !== undefined;
  const at = { textDocument, position };
  const range = { start: position, end: position };
  const rare: readonly Question[] = [
    [
      'actions',
      () => connection.sendRequest(CodeActionRequest.type, { textDocument, range, context: { diagnostics: [] } }),
    ],
    ['lenses', () => connection.sendRequest(CodeLensRequest.type, { textDocument })],
    ...(can('completionProvider')
      ? ([['completion', () => connection.sendRequest(CompletionRequest.type, at)]] as const)
      : []),
    ...(can('hoverProvider') ? ([['hover', () => connection.sendRequest(HoverRequest.type, at)]] as const) : []),
    ...(can('inlayHintProvider')
      ? ([
          [
            'hints',
            () =>
              connection.sendRequest(InlayHintRequest.type, {
                textDocument,
                range: { start: { line: 0, character: 0 }, end: position },
              }),
          ],
        ] as const)
      : []),
    ...(can('documentLinkProvider')
      ? ([['links', () => connection.sendRequest(DocumentLinkRequest.type, { textDocument })]] as const)
      : []),
    ...(can('workspaceSymbolProvider')
      ? ([['symbols', () => connection.sendRequest(WorkspaceSymbolRequest.type, { query: 'l' })]] as const)
      : []),
  ];
  const [one] = rare.slice(done % rare.length);
  return [['diagnostics', () => client.report(name)], ...(one ? [one] : [])];
}

/** Memory of a process; 0 where the system does not tell. */
function residentMegabytes(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function median(values: readonly number[]): number {
  return Math.round([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0);
}
