import { join } from 'node:path';
import * as vscode from 'vscode';
import type { CheckpointNode } from './checkpoints/index.js';
import { COMMAND_IDS } from './commands/commandIds.js';
import type * as LanguageClientPart from './languageClient/index.js';
import { LazyTree } from './lazyTree.js';
import { LANGUAGES } from './lightningFile.js';
import type * as ServicesPart from './services.js';
import { whenLightningFileIsOpen } from './whenLightningFileIsOpen.js';

/**
 * The entry. Registers what the editor must know at once and loads nothing: commands, run control, dashboard and views come
 * from `services.js`, the language client from `languageClient.js`, each when it is first used.
 */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Lightning', { log: true });
  context.subscriptions.push(log);

  let server: Promise<void> | undefined;
  const language = {
    start: () => {
      server ??= startLanguageServer(context, log).catch((error: unknown) => {
        server = undefined; // the next use tries again
        throw error;
      });
      return server;
    },
  };

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
  context.subscriptions.push(
    tree,
    vscode.window.registerTreeDataProvider('lightning.checkpoints', tree),
    whenLightningFileIsOpen(LANGUAGES, () => {
      language.start().catch((error: unknown) => {
        log.error(error instanceof Error ? error : String(error));
        void vscode.window.showErrorMessage(vscode.l10n.t('The Lightning language server did not start. See the log.'));
      });
    }),
  );
}

async function startLanguageServer(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): Promise<void> {
  const { startLanguageClient } = part<typeof LanguageClientPart>('languageClient.js');
  context.subscriptions.push(await startLanguageClient(context, log));
}

/** Another bundle of ours. The bundler does not follow a path that is put together at run time, so it stays a file of its own. */
function part<T>(file: string): T {
  return require(join(__dirname, file)) as T;
}
