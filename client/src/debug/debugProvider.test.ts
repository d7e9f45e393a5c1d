import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunRequest } from '../runs/index.js';
import { LightningDebugProvider } from './debugProvider.js';

const editor = vi.hoisted(() => ({
  window: {
    activeTextEditor: { document: { uri: { fsPath: '/ws/src/lit.ts' } } },
    showErrorMessage: vi.fn(),
  },
  workspace: { workspaceFolders: [{ uri: { fsPath: '/ws' }, name: 'ws', index: 0 }] },
  l10n: { t: (text: string, ...args: unknown[]) => text.replace(/\{(\d)\}/g, (_, index) => String(args[index])) },
}));
vi.mock('vscode', () => editor);

const asked: RunRequest[] = [];
const provider = new LightningDebugProvider(async (request) => {
  asked.push(request);
  return {
    command: '/node',
    args: ['/ext/runtime/bin/lightning.js', request.kind, request.file],
    cwd: request.cwd,
    env: {},
  };
});
const resolve = (more: object) =>
  provider.resolveDebugConfiguration(undefined, { type: 'lightning', request: 'launch', name: 'mine', ...more });

beforeEach(() => {
  vi.clearAllMocks();
  asked.length = 0;
});

describe('the debug type', () => {
  it.each([
    ['src/lit.ts', '/ws/src/lit.ts'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in launch.json
    ['${workspaceFolder}/a.ts', '/ws/a.ts'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in launch.json
    ['${file}', '/ws/src/lit.ts'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the editor fills it in
    ['${input:file}', '${input:file}'],
  ])('runs %s under the JavaScript debugger', async (file, path) => {
    expect(await resolve({ file, options: { fastDevRun: true } })).toMatchObject({
      type: 'node',
      name: 'mine',
      args: ['fit', path],
    });
    expect(asked).toMatchObject([{ kind: 'fit', file: path, cwd: '/ws', options: { fastDevRun: true } }]);
  });

  it('is a fast_dev_run of the open file without a launch.json', async () => {
    const made = await provider.resolveDebugConfiguration(undefined, { type: '', request: '', name: '' });
    expect(made).toMatchObject({ type: 'node', args: ['fit', '/ws/src/lit.ts'] });
  });

  it.each([
    [{}, 'needs "file"'],
    [{ file: 'a.ts', kind: 'train' }, '"kind" is "train"'],
    [{ file: 'a.ts', options: { '--x': 1 } }, '"options" must be'],
  ])('says what is wrong with %j, and starts nothing', async (given, text) => {
    expect(await resolve(given)).toBeUndefined();
    expect(asked).toEqual([]);
    expect(editor.window.showErrorMessage.mock.calls[0]?.[0]).toContain(text);
  });
});
