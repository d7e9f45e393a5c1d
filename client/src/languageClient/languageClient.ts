import * as vscode from 'vscode';
import { LanguageClient, ResponseError, RevealOutputChannelOn, TransportKind } from 'vscode-languageclient/node';
import { COMMAND_IDS } from '../commands/commandIds.js';
import { LANGUAGES } from '../lightningFile.js';
import { UserError } from '../userError.js';
import { showLanguageStatus } from './languageStatus.js';

/** The language server, as the rest of the extension sees it. */
export interface Language {
  /** Starts it when it is not running yet. Settles when it answers; rejects when it cannot be started. */
  start(): Promise<void>;
  /** Fires when it has read the workspace, and its answers are whole. */
  readonly onIdle: vscode.Event<void>;
  /** Ends it, when it runs, and starts it anew. */
  restart(): Promise<void>;
  /** What it answers to a request of our own; starts it on first use. Throws `UserError` for what it refuses. */
  request(method: string, params?: object): Promise<unknown>;
  /** An edit, as the server writes it, for the editor. */
  toEdit(edit: unknown): Promise<vscode.WorkspaceEdit | undefined>;
}

/** The running server. */
export interface StartedLanguage extends Pick<Language, 'request' | 'toEdit'> {
  /** Settles when it is gone. */
  stop(): Promise<void>;
}

/** The code with which the server refuses what a person asked for; its message is for them. */
const INVALID_PARAMS = -32602;

/**
 * Starts the language server beside the editor, and settles when its features are there.
 * @param onIdle called whenever it has read the workspace
 */
export async function startLanguageClient(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  onIdle: () => void,
): Promise<StartedLanguage> {
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
      initializationOptions: { commands: COMMAND_IDS, locale: vscode.env.language },
      diagnosticCollectionName: 'lightning',
      diagnosticPullOptions: { onChange: true, onSave: true },
      outputChannel: log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
    },
  );
  const status = showLanguageStatus(client, onIdle);
  try {
    await client.start();
  } catch (error) {
    status.dispose();
    throw error;
  }
  return {
    async request(method, params) {
      try {
        return await (params === undefined ? client.sendRequest(method) : client.sendRequest(method, params));
      } catch (error) {
        if (error instanceof ResponseError && error.code === INVALID_PARAMS) throw new UserError(error.message);
        throw error;
      }
    },
    // The server's own answer to `lightning/scaffold`; the converter ignores what is no edit.
    toEdit: (edit) => client.protocol2CodeConverter.asWorkspaceEdit(edit as never),
    async stop() {
      status.dispose();
      await client.dispose().catch((error: unknown) => log.warn(String(error)));
    },
  };
}
