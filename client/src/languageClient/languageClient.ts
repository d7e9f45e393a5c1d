import type * as vscode from 'vscode';
import { LanguageClient, RevealOutputChannelOn, TransportKind } from 'vscode-languageclient/node';
import { LANGUAGES } from '../lightningFile.js';

/** The language server, as the rest of the extension sees it. */
export interface Language {
  /** Starts it when it is not running yet. Settles when it answers; rejects when it cannot be started. */
  start(): Promise<void>;
}

/** Starts the language server beside the editor, and settles when its features are there. */
export async function startLanguageClient(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
): Promise<vscode.Disposable> {
  const module = context.asAbsolutePath('server/dist/main.js');
  const server = { module, transport: TransportKind.ipc };
  const client = new LanguageClient(
    'lightning',
    'Lightning',
    { run: server, debug: { ...server, options: { execArgv: ['--nolazy', '--inspect=6009'] } } },
    {
      documentSelector: LANGUAGES.flatMap((language) => [
        { language, scheme: 'file' },
        { language, scheme: 'untitled' },
      ]),
      diagnosticCollectionName: 'lightning',
      diagnosticPullOptions: { onChange: true, onSave: true },
      outputChannel: log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
    },
  );
  await client.start();
  return { dispose: () => void client.dispose().catch((error: unknown) => log.warn(String(error))) };
}
