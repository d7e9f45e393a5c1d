import {
  type CancellationToken,
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type DocumentDiagnosticReport,
  DocumentDiagnosticReportKind,
  type FileOperationRegistrationOptions,
  LSPErrorCodes,
  PositionEncodingKind,
  ResponseError,
  type ServerCapabilities,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { version } from '../../package.json';
import { Analyzer } from '../analysis/index.js';
import { featureCapabilities, registerFeatures } from '../features/index.js';
import { type ClientSupport, clientSupport } from './clientSupport.js';
import { CODE_ACTION_KINDS, codeActions } from './codeActions.js';
import type { Answer, ServerContext } from './context.js';
import { DocumentFiles } from './documentFiles.js';
import { Freshness } from './freshness.js';
import { IndexProgress } from './indexProgress.js';
import { Linter } from './linter.js';
import { ProblemLog } from './problemLog.js';
import { ClientSettings } from './settings.js';
import { StatusReporter } from './status.js';
import { Texts } from './texts.js';
import { Cancelled, nextTurn } from './turns.js';
import { canonicalUri } from './uris.js';
import { MAX_FILES, WorkspaceIndex } from './workspaceIndex.js';

const WATCHED = ['**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}', '**/{package,*config*}.json'];
/** What is renamed, made or removed in the editor: folders too, of which watchers tell less. */
const FILE_OPERATIONS: FileOperationRegistrationOptions = { filters: [{ scheme: 'file', pattern: { glob: '**/*' } }] };

const NOTHING: DocumentDiagnosticReport = { kind: DocumentDiagnosticReportKind.Full, items: [] };

/** Answers a client over a connection, until the connection ends. */
export function startServer(connection: Connection): void {
  const documents = new TextDocuments(TextDocument);
  const log = new ProblemLog((text) => connection.console.error(text), tellStatus);
  const files = new DocumentFiles((uri, error) => log.report('analysis', error, uri));
  const analyzer = new Analyzer(files);
  const settings = new ClientSettings((error) => log.report('asking for settings', error));
  const linter = new Linter(analyzer, settings, log, () => texts);
  const index = new WorkspaceIndex(analyzer, files, indexMoved, (error) => log.report('indexing', error));
  const status = new StatusReporter(connection, (error) => log.report('telling the status', error));
  const progress = new IndexProgress(connection, index, (error) => log.report('showing progress', error));
  let client: ClientSupport = clientSupport({});
  let freshness = freshnessFor(client);
  let texts = new Texts();
  let folders: readonly string[] = [];
  let isReady = false;
  let isWatched = false;

  connection.onInitialize(({ capabilities, initializationOptions, locale, workspaceFolders, rootUri }) => {
    client = clientSupport(capabilities, initializationOptions);
    freshness = freshnessFor(client);
    texts = new Texts(localeOption(initializationOptions) ?? locale);
    const uris = workspaceFolders?.map(({ uri }) => uri) ?? (rootUri ? [rootUri] : []);
    folders = uris.map(folderUri);
    return {
      capabilities: { ...serverCapabilities(client), ...featureCapabilities(client) },
      serverInfo: { name: 'lightning-language-server', version },
    };
  });

  connection.onInitialized(() => {
    if (client.hasSettings) {
      settings.askFor((scopeUri) => connection.workspace.getConfiguration({ scopeUri, section: 'lightning' }));
    }
    if (client.showsProgress) progress.start(texts.of('server.indexing'));
    if (client.hasFolders) {
      connection.workspace.onDidChangeWorkspaceFolders((event) => {
        const removed = event.removed.map(({ uri }) => folderUri(uri));
        const added = event.added.map(({ uri }) => folderUri(uri));
        foldersChanged([...new Set([...folders.filter((folder) => !removed.includes(folder)), ...added])]);
      });
    }
    if (client.registersForSettings) {
      watching('settings', () =>
        connection.client.register(DidChangeConfigurationNotification.type, { section: 'lightning' }),
      );
    }
    openWorkspace().catch((error: unknown) => log.report('opening the workspace', error));
  });

  connection.onShutdown(() => {
    index.cancel();
    freshness.stop();
  });
  connection.onDidChangeConfiguration(({ settings: sent }) => {
    settings.changed(sectionOf(sent));
    freshness.changed();
  });

  documents.onDidChangeContent(({ document }) => {
    files.opened(document);
    freshness.changed();
  });
  documents.onDidSave(({ document }) => {
    // Editors that watch tell of it anyway.
    if (!isWatched) changedOnDisk([document.uri]);
  });
  documents.onDidClose(({ document }) => {
    files.closed(document);
    analyzer.changed(canonicalUri(document.uri));
    settings.closed(document.uri);
    linter.closed(document.uri);
    freshness.closed(document).catch((error: unknown) => log.report('closing a document', error));
    freshness.changed();
  });
  connection.onDidChangeWatchedFiles(({ changes }) => changedOnDisk(changes.map(({ uri }) => uri)));
  connection.workspace.onDidCreateFiles((event) => changedOnDisk(event.files.map(({ uri }) => uri)));
  connection.workspace.onDidDeleteFiles((event) => changedOnDisk(event.files.map(({ uri }) => uri)));
  connection.workspace.onDidRenameFiles((event) =>
    changedOnDisk(event.files.flatMap(({ oldUri, newUri }) => [oldUri, newUri])),
  );

  connection.languages.diagnostics.on(({ textDocument, previousResultId }, token) =>
    answer<DocumentDiagnosticReport>('diagnostics', token, NOTHING, async () => {
      const document = documents.get(textDocument.uri);
      if (!document) return NOTHING;
      const lint = await linter.lint(document, token);
      freshness.shown(lint);
      const { resultId, items } = lint;
      if (resultId === previousResultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
      return { kind: DocumentDiagnosticReportKind.Full, resultId, items };
    }),
  );
  connection.onCodeAction((params, token) =>
    answer('code actions', token, [], async () => {
      const document = documents.get(params.textDocument.uri);
      if (!document) return [];
      const lint = await linter.lint(document, token);
      return codeActions({ linter, lint, client, texts, token }, params);
    }),
  );

  const context: ServerContext = {
    documents,
    analyzer,
    settings,
    get client() {
      return client;
    },
    log,
    get folders() {
      return folders;
    },
    answer,
  };
  registerFeatures(connection, context);
  documents.listen(connection);
  connection.listen();

  function freshnessFor(support: ClientSupport): Freshness {
    return new Freshness(connection, linter, log, support, () => documents.all());
  }

  async function openWorkspace(): Promise<void> {
    const watchers = WATCHED.map((globPattern) => ({ globPattern }));
    // First of all, so that nothing changes between looking at a file and watching it.
    isWatched =
      client.registersWatchers &&
      (await watching('files', () => connection.client.register(DidChangeWatchedFilesNotification.type, { watchers })));
    foldersChanged(folders);
    isReady = true;
    tellStatus();
  }

  /** Resolves to true when the client does what it was asked for. */
  async function watching(what: string, ask: () => Promise<unknown>): Promise<boolean> {
    try {
      await ask();
      return true;
    } catch (error) {
      log.report(`watching ${what}`, error);
      return false;
    }
  }

  function foldersChanged(now: readonly string[]): void {
    folders = now;
    files.disk.watch(isWatched ? now : []);
    index.setFolders(now);
    freshness.changed();
  }

  function changedOnDisk(uris: readonly string[]): void {
    for (const uri of uris) {
      try {
        index.changed(folderUri(uri));
      } catch (error) {
        log.report('following a change on disk', error);
      }
    }
    freshness.changed();
  }

  function indexMoved(): void {
    tellStatus();
    progress.moved();
    if (!index.state.progress) freshness.changed();
  }

  function tellStatus(): void {
    if (!isReady) return;
    const { failing } = log;
    const { isLimited, progress: indexing } = index.state;
    const messages = [
      ...(failing.length > 0 ? [texts.of('server.failing', { what: failing.join(', ') })] : []),
      ...(isLimited ? [texts.of('server.limited', { count: String(MAX_FILES) })] : []),
    ];
    const isBroken = failing.some((what) => what === 'analysis' || what === 'reading' || what === 'classes');
    const health = isBroken ? 'error' : messages.length > 0 ? 'warning' : 'ok';
    status.tell({ health, message: messages.join(' '), indexing: indexing && inSteps(indexing) });
  }

  /** See {@link ServerContext.answer}. */
  async function answer<T>(
    what: string,
    token: CancellationToken,
    fallback: T,
    work: () => T | Promise<T>,
  ): Promise<Answer<T>> {
    // One turn later: a cancellation that came in with the request has been read by then.
    await nextTurn();
    if (token.isCancellationRequested) return cancelled();
    try {
      files.disk.lookAgain();
      // Nobody tells of new files then.
      if (!isWatched) analyzer.configChanged();
      const made = await work();
      log.worked(what);
      return token.isCancellationRequested ? cancelled() : made;
    } catch (error) {
      if (error instanceof Cancelled) return cancelled();
      log.report(what, error);
      return fallback;
    }
  }
}

function cancelled(): ResponseError<never> {
  return new ResponseError(LSPErrorCodes.RequestCancelled, 'The request was cancelled.');
}

/** A twentieth at a time: nobody wants to be told of each file. */
function inSteps({ done, total }: { readonly done: number; readonly total: number }) {
  const step = Math.max(1, Math.ceil(total / 20));
  return { done: Math.floor(done / step) * step, total };
}

function folderUri(uri: string): string {
  return canonicalUri(uri).replace(/\/$/, '');
}

function localeOption(options: unknown): string | undefined {
  const { locale } = typeof options === 'object' && options !== null ? (options as { locale?: unknown }) : {};
  return typeof locale === 'string' ? locale : undefined;
}

function sectionOf(sent: unknown): unknown {
  return typeof sent === 'object' && sent !== null ? (sent as { lightning?: unknown }).lightning : undefined;
}

function serverCapabilities({ pullsDiagnostics }: ClientSupport): ServerCapabilities {
  return {
    positionEncoding: PositionEncodingKind.UTF16,
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
    codeActionProvider: { codeActionKinds: CODE_ACTION_KINDS },
    workspace: {
      workspaceFolders: { supported: true, changeNotifications: true },
      fileOperations: { didCreate: FILE_OPERATIONS, didRename: FILE_OPERATIONS, didDelete: FILE_OPERATIONS },
    },
    ...(pullsDiagnostics && {
      diagnosticProvider: { identifier: 'lightning', interFileDependencies: true, workspaceDiagnostics: false },
    }),
  };
}
