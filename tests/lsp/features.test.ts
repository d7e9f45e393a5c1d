import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  CancellationTokenSource,
  type CompletionItem,
  CompletionRequest,
  CompletionResolveRequest,
  DocumentLinkRequest,
  HoverRequest,
  InlayHintRequest,
  LSPErrorCodes,
  type MarkupContent,
  TypeHierarchyPrepareRequest,
  TypeHierarchySubtypesRequest,
  TypeHierarchySupertypesRequest,
  WorkspaceSymbolRequest,
} from 'vscode-languageserver-protocol/node';
import { buildServer } from './builtServer.js';
import { type ClientOptions, LspClient } from './client.js';

const LIT = `import { LightningModule, optim, Trainer } from 'lightning-tfjs';

export class Lit extends LightningModule {
  trainingStep(batch: unknown) { this.log('loss', 1); return undefined; }
  configureOptimizers() { return new optim.Adam(this.parameters()); }
  
}
const trainer = new Trainer({ limitTrainBatches: 0.25,  });
await trainer.fit(new Lit(), { ckptPath: 'lightning_logs/version_0/checkpoints/a.ckpt' });
`;
const COMMANDS = ['fastDevRun', 'debugFastDevRun', 'fit', 'validate', 'test', 'predict'].map(
  (name) => `lightning.${name}`,
);

const running: LspClient[] = [];

async function start(options?: ClientOptions): Promise<LspClient> {
  const client = await LspClient.start(options);
  running.push(client);
  return client;
}

// Each test starts a process, perhaps on a busy machine.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });
beforeAll(buildServer);

afterEach(async () => {
  for (const client of running.splice(0)) {
    expect(await client.stop()).toBe(0);
    expect(client.logged).toEqual([]);
  }
});

/** A request's parameters for the place behind some text. */
function behind(client: LspClient, name: string, text: string) {
  const before = client.text(name).split(text)[0] + text;
  const lines = before.split('\n');
  const position = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
  return { textDocument: { uri: client.uri(name) }, position };
}

async function complete(client: LspClient, text: string): Promise<readonly CompletionItem[]> {
  const found = await client.connection.sendRequest(CompletionRequest.type, behind(client, 'lit.ts', text));
  return (Array.isArray(found) ? found : found?.items) ?? [];
}

describe('completion', () => {
  it('offers hooks in a class, with documentation when it is shown', async () => {
    const client = await start();
    await client.open('lit.ts', LIT);
    const items = await complete(client, 'this.parameters()); }\n  ');
    const item = items.find(({ label }) => label === 'validationStep');
    expect(items.some(({ label }) => label === 'trainingStep')).toBe(false);
    expect(item?.documentation).toBeUndefined();
    const { documentation } = await client.connection.sendRequest(CompletionResolveRequest.type, item!);
    expect((documentation as MarkupContent).value).toContain('For each validation batch');
  });

  it('offers options of the Trainer', async () => {
    const client = await start();
    await client.open('lit.ts', LIT);
    const labels = (await complete(client, 'limitTrainBatches: 0.25, ')).map(({ label }) => label);
    expect(labels).toContain('maxEpochs');
    expect(labels).not.toContain('limitTrainBatches');
  });

  it('offers the checkpoints of the workspace', async () => {
    const client = await start({
      files: { 'lightning_logs/version_0/checkpoints/a.ckpt': '', 'lightning_logs/version_10/checkpoints/b.ckpt': '' },
      folders: ['.'],
    });
    await client.open('src/lit.ts', LIT);
    const found = await client.connection.sendRequest(
      CompletionRequest.type,
      behind(client, 'src/lit.ts', "ckptPath: 'lightning_logs/version_0"),
    );
    expect((found as CompletionItem[]).map(({ label }) => label)).toEqual([
      'best',
      'last',
      'lightning_logs/version_10/checkpoints/b.ckpt',
      'lightning_logs/version_0/checkpoints/a.ckpt',
    ]);
  });

  it('is empty for a document that is not open', async () => {
    const client = await start();
    const params = { textDocument: { uri: client.uri('gone.ts') }, position: { line: 0, character: 0 } };
    expect(await client.connection.sendRequest(CompletionRequest.type, params)).toEqual([]);
  });

  it('is cancelled with its request', async () => {
    const client = await start();
    await client.open('lit.ts', LIT);
    const release = client.hold();
    const source = new CancellationTokenSource();
    const cancelled = client.connection.sendRequest(
      CompletionRequest.type,
      behind(client, 'lit.ts', 'Trainer({ '),
      source.token,
    );
    const outcome = expect(cancelled).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
    source.cancel();
    await release('$/cancelRequest');
    await outcome;
  });
});

describe('hover', () => {
  it('tells about a hook and about an option, and nothing elsewhere', async () => {
    const client = await start();
    await client.open('lit.ts', LIT);
    const hover = (text: string) => client.connection.sendRequest(HoverRequest.type, behind(client, 'lit.ts', text));
    expect(JSON.stringify(await hover('  training'))).toContain('For each training batch');
    expect(JSON.stringify(await hover('{ limitTrain'))).toContain('How many training batches');
    expect(await hover('export class ')).toBeNull();
  });
});

describe('features of an editor that has them', () => {
  it('inlay hints say what a limit comes to', async () => {
    const client = await start({ isRich: true });
    await client.open('lit.ts', LIT);
    const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
    const params = { textDocument: { uri: client.uri('lit.ts') }, range };
    const hints = await client.connection.sendRequest(InlayHintRequest.type, params);
    expect(hints?.map(({ label }) => label)).toEqual(['25 %']);
  });

  it('are not announced to one that has not', async () => {
    const { capabilities } = (await start()).result;
    expect(capabilities).toMatchObject({ hoverProvider: true, workspaceSymbolProvider: true });
    expect(capabilities.inlayHintProvider).toBeUndefined();
    expect(capabilities.typeHierarchyProvider).toBeUndefined();
    const rich = (await start({ isRich: true })).result.capabilities;
    expect(rich).toMatchObject({ inlayHintProvider: true, typeHierarchyProvider: true });
  });

  it('the type hierarchy goes up and down, over files', async () => {
    const client = await start({ isRich: true });
    await client.open('lit.ts', LIT);
    await client.open('fine.ts', "import { Lit } from './lit.js';\nexport class Fine extends Lit {}\n");
    const [lit] =
      (await client.connection.sendRequest(TypeHierarchyPrepareRequest.type, behind(client, 'lit.ts', 'class Li'))) ??
      [];
    expect(lit).toMatchObject({ name: 'Lit', detail: 'LightningModule' });
    const [fine] = (await client.connection.sendRequest(TypeHierarchySubtypesRequest.type, { item: lit! })) ?? [];
    expect(fine?.name).toBe('Fine');
    const above = await client.connection.sendRequest(TypeHierarchySupertypesRequest.type, { item: fine! });
    expect(above?.map(({ name }) => name)).toEqual(['Lit']);
  });
});

describe('document links', () => {
  it('lead to checkpoints that are there', async () => {
    const client = await start({ files: { 'lightning_logs/version_0/checkpoints/a.ckpt': '' } });
    await client.open('lit.ts', LIT);
    await client.open('other.ts', "const path = 'lightning_logs/version_0/checkpoints/none.ckpt';\n");
    const links = (name: string) =>
      client.connection.sendRequest(DocumentLinkRequest.type, { textDocument: { uri: client.uri(name) } });
    expect((await links('lit.ts'))?.map(({ target }) => target)).toEqual([
      client.uri('lightning_logs/version_0/checkpoints/a.ckpt'),
    ]);
    expect(await links('other.ts')).toEqual([]);
  });
});

describe('workspace symbols', () => {
  it('find modules and their hooks', async () => {
    const client = await start();
    await client.open('lit.ts', LIT);
    const found = await client.connection.sendRequest(WorkspaceSymbolRequest.type, { query: 'Lit.train' });
    expect(found?.map(({ name }) => name)).toEqual(['trainingStep']);
  });
});

describe('code lenses', () => {
  it('are those that the client has commands for', async () => {
    const client = await start({ commands: COMMANDS });
    await client.open('lit.ts', LIT.replace('  \n', '  testStep() {}\n'));
    const lenses = await client.codeLenses('lit.ts');
    expect(lenses.map(({ command }) => `${command?.title} ${command?.command}`)).toEqual([
      'Run fast_dev_run lightning.fastDevRun',
      'Debug lightning.debugFastDevRun',
      'Fit lightning.fit',
      'Test lightning.test',
    ]);
  });
});

describe('lightning/hookSequence', () => {
  it('is the tree of what a run calls', async () => {
    const client = await start();
    await client.open('lit.ts', LIT);
    const params = { textDocument: { uri: client.uri('lit.ts') }, className: 'Lit' };
    const found: { nodes: object[]; options: object } = await client.connection.sendRequest(
      'lightning/hookSequence',
      params,
    );
    expect(found.options).toEqual({ limitTrainBatches: 0.25 });
    expect(found.nodes[0]).toMatchObject({
      type: 'call',
      hook: 'configureCallbacks',
      isOverridden: false,
      location: null,
    });
    expect(JSON.stringify(found.nodes)).toContain('"label":"each training batch"');
    expect(await client.connection.sendRequest('lightning/hookSequence', { textDocument: {} })).toBeNull();
  });
});

describe('lightning/scaffold', () => {
  it('tells what there is, and makes it', async () => {
    const client = await start();
    const kinds: { kind: string }[] = await client.connection.sendRequest('lightning/scaffoldKinds');
    expect(kinds.map(({ kind }) => kind)).toContain('gan');
    await client.open('lit.ts', LIT);
    const made: { name: string; files: { text: string; isNew: boolean }[]; edit: object | null } =
      await client.connection.sendRequest('lightning/scaffold', {
        kind: 'callback',
        uri: client.uri('lit.ts'),
        name: 'Lit',
      });
    expect(made).toMatchObject({ name: 'Lit2', files: [{ isNew: false }] });
    expect(made.files[0]?.text).toContain('export class Lit2 extends Callback');
    // An open document is changed by an edit of its version.
    expect(made.edit).toMatchObject({ documentChanges: [{ textDocument: { uri: client.uri('lit.ts'), version: 1 } }] });
  });

  it('creates files by an edit, where the editor can', async () => {
    const made = async (options: ClientOptions) => {
      const client = await start(options);
      const params = { kind: 'project', uri: client.uri('new'), name: 'new' };
      const { edit }: { edit: { documentChanges: object[] } | null } = await client.connection.sendRequest(
        'lightning/scaffold',
        params,
      );
      return edit?.documentChanges[0];
    };
    expect(await made({ isRich: true })).toMatchObject({ kind: 'create' });
    expect(await made({})).toBeUndefined();
  });

  it('refuses what will not do, in words', async () => {
    const client = await start();
    const refused = client.connection.sendRequest('lightning/scaffold', {
      kind: 'gan',
      uri: client.uri('lit.ts'),
      name: 'not a name',
    });
    await expect(refused).rejects.toMatchObject({ code: -32602, message: expect.stringContaining("'not a name'") });
    await expect(client.connection.sendRequest('lightning/scaffold', { kind: 'gan' })).rejects.toMatchObject({
      code: -32602,
    });
  });
});
