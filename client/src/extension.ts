import { join } from 'node:path';
import * as vscode from 'vscode';
import type { CheckpointNode } from './checkpoints/index.js';
import { COMMAND_IDS } from './commands/commandIds.js';
import type * as LanguageClientPart from './languageClient/index.js';
import { LazyTree } from './lazyTree.js';
import { LANGUAGES } from './lightningFile.js';
import type { ModuleNode } from './modules/index.js';
import type { RunRecord } from './runs/index.js';
import type * as ServicesPart from './services.js';
import { TOOL_NAMES } from './tools/toolNames.js';
import { whenLightningFileIsOpen } from './whenLightningFileIsOpen.js';

/**
 * The entry. Registers what the editor must know at once and loads nothing: commands, run control, dashboard and views come
 * from `services.js`, the language client from `languageClient.js`, each when it is first used.
 */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Lightning', { log: true });
  context.subscriptions.push(log);

  const idle = new vscode.EventEmitter<void>();
  let server: Promise<LanguageClientPart.StartedLanguage> | undefined;
  const running = () => {
    server ??= part<typeof LanguageClientPart>('languageClient.js')
      .startLanguageClient(context, log, () => idle.fire())
      .catch((error: unknown) => {
        server = undefined; // the next use tries again
        throw error;
      });
    return server;
  };
  const language: LanguageClientPart.Language = {
    onIdle: idle.event,
    start: async () => void (await running()),
    async restart() {
      const before = server;
      server = undefined;
      await (await before?.catch(() => undefined))?.stop(); // one that did not start has nothing to stop
      await running();
    },
    request: async (method, params) => (await running()).request(method, params),
    toEdit: async (edit) => (await running()).toEdit(edit),
  };
  context.subscriptions.push(idle, {
    dispose: () => void server?.then((started) => started.stop()).catch(() => undefined),
  });

  let loaded: ServicesPart.LoadedServices | undefined;
  const services = () => {
    if (!loaded) {
      loaded = part<typeof ServicesPart>('services.js').createServices({ context, log, language });
      context.subscriptions.push(loaded);
    }
    return loaded;
  };

  for (const id of COMMAND_IDS) {
    context.subscriptions.push(
      vscode.commands.registerCommand(id, (...args: unknown[]) => services().execute(id, args)),
    );
  }
  const tree = new LazyTree<CheckpointNode>(() => services().checkpoints);
  const runTree = new LazyTree<RunRecord>(() => services().runTree);
  const moduleTree = new LazyTree<ModuleNode>(() => services().modules);
  context.subscriptions.push(
    tree,
    vscode.window.createTreeView('lightning.checkpoints', {
      treeDataProvider: tree,
      canSelectMany: true,
      showCollapseAll: true,
      dragAndDropController: {
        dragMimeTypes: ['text/plain', 'text/uri-list'],
        dropMimeTypes: [],
        handleDrag: (nodes, data, token) => services().checkpointDrag.handleDrag?.(nodes, data, token),
      },
    }),
    vscode.window.registerWebviewPanelSerializer('lightning.dashboard', {
      deserializeWebviewPanel: async (panel, state: unknown) => services().dashboard.restore(panel, state),
    }),
    ...['lightning.flamegraph', 'lightning.cpuProfile'].map((id) =>
      vscode.window.registerCustomEditorProvider(
        id,
        {
          openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
          resolveCustomEditor: ({ uri }, panel) => services().flamegraphs.show(uri, panel),
        },
        { supportsMultipleEditorsPerDocument: true },
      ),
    ),
    vscode.window.registerCustomEditorProvider(
      'lightning.checkpoint',
      {
        openCustomDocument: (uri) => services().checkpointViewer.openCustomDocument(uri),
        resolveCustomEditor: (document, panel) => services().checkpointViewer.resolveCustomEditor(document, panel),
      },
      { supportsMultipleEditorsPerDocument: true },
    ),
    runTree,
    vscode.window.createTreeView('lightning.runs', { treeDataProvider: runTree, canSelectMany: true }),
    moduleTree,
    vscode.window.registerTreeDataProvider('lightning.modules', moduleTree),
    vscode.debug.registerDebugConfigurationProvider('lightning', {
      provideDebugConfigurations: () => services().debug.provideDebugConfigurations(),
      resolveDebugConfiguration: (folder, given) => services().debug.resolveDebugConfiguration(folder, given),
    }),
    vscode.tasks.registerTaskProvider('lightning', {
      provideTasks: (token) => services().tasks.provideTasks(token),
      resolveTask: (task) => services().tasks.resolveTask(task),
    }),
    ...TOOL_NAMES.map((name) =>
      vscode.lm.registerTool(name, {
        prepareInvocation: (options) => services().tools.prepare(name, options.input),
        invoke: (options, token) => services().tools.invoke(name, options.input, token),
      }),
    ),
    whenLightningFileIsOpen(LANGUAGES, () => {
      language.start().catch((error: unknown) => {
        log.error(error instanceof Error ? error : String(error));
        void vscode.window.showErrorMessage(vscode.l10n.t('The Lightning language server did not start. See the log.'));
      });
    }),
  );
}

/** Another bundle of ours. The bundler does not follow a path that is put together at run time, so it stays a file of its own. */
function part<T>(file: string): T {
  return require(join(__dirname, file)) as T;
}
