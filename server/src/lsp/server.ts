import {
  type CancellationToken,
  type Connection,
  DidChangeWatchedFilesNotification,
  DocumentDiagnosticReportKind,
  LSPErrorCodes,
  PositionEncodingKind,
  ResponseError,
  type ServerCapabilities,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Analyzer } from '../analysis/index.js';
import { type ClientSupport, clientSupport } from './clientSupport.js';
import { CODE_ACTION_KINDS, codeActions } from './codeActions.js';
import { codeLenses } from './codeLens.js';
import { canonicalUri, DocumentFiles } from './documentFiles.js';
import { Freshness } from './freshness.js';
import { Linter } from './linter.js';
import { ProblemLog } from './problemLog.js';

const SOURCE_FILES = '**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}';

/** Answers a client over a connection, until the connection ends. */
export function startServer(connection: Connection): void {
  const documents = new TextDocuments(TextDocument);
  const files = new DocumentFiles();
  const analyzer = new Analyzer(files);
  const log = new ProblemLog((text) => connection.console.error(text));
  const linter = new Linter(analyzer, log);
  let client: ClientSupport = clientSupport({});
  let freshness = freshnessFor(client);

  connection.onInitialize(({ capabilities }) => {
    client = clientSupport(capabilities);
    freshness = freshnessFor(client);
    return { capabilities: serverCapabilities(client), serverInfo: { name: 'lightning-language-server' } };
  });

  connection.onInitialized(() => {
    if (!client.registersWatchers) return;
    connection.client
      .register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: SOURCE_FILES }] })
      .catch((error: unknown) => log.report('watching files', error));
  });

  documents.onDidChangeContent(({ document }) => {
    files.opened(document);
    freshness.changed();
  });
  documents.onDidClose(({ document }) => {
    files.closed(document);
    analyzer.forget(canonicalUri(document.uri));
    freshness.closed(document).catch((error: unknown) => log.report('closing a document', error));
    freshness.changed();
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    for (const { uri } of changes) analyzer.forget(canonicalUri(uri));
    freshness.changed();
  });

  connection.languages.diagnostics.on(({ textDocument, previousResultId }, token) =>
    answer(token, () => {
      const document = documents.get(textDocument.uri);
      if (!document) return { kind: DocumentDiagnosticReportKind.Full, items: [] };
      const result = linter.result(document);
      freshness.shown(document, result);
      if (result.resultId === previousResultId) {
        return { kind: DocumentDiagnosticReportKind.Unchanged, resultId: result.resultId };
      }
      return { kind: DocumentDiagnosticReportKind.Full, ...result };
    }),
  );

  connection.onCodeAction((params, token) =>
    answer(token, () => {
      const document = documents.get(params.textDocument.uri);
      return document ? codeActions(linter.findings(document), document, params, client) : [];
    }),
  );

  connection.onCodeLens(({ textDocument }, token) =>
    answer(token, () => {
      const document = documents.get(textDocument.uri);
      if (!document) return [];
      try {
        return codeLenses(analyzer.modules(canonicalUri(document.uri)), document);
      } catch (error) {
        log.report('code lenses', error);
        return [];
      }
    }),
  );

  documents.listen(connection);
  connection.listen();

  function freshnessFor(support: ClientSupport): Freshness {
    return new Freshness(connection, linter, log, support, () => documents.all());
  }
}

function serverCapabilities({ pullsDiagnostics }: ClientSupport): ServerCapabilities {
  return {
    positionEncoding: PositionEncodingKind.UTF16,
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    codeActionProvider: { codeActionKinds: CODE_ACTION_KINDS },
    codeLensProvider: {},
    ...(pullsDiagnostics && {
      diagnosticProvider: { identifier: 'lightning', interFileDependencies: true, workspaceDiagnostics: false },
    }),
  };
}

/** Does the work of a request, unless it was cancelled before its turn came. */
async function answer<T>(token: CancellationToken, work: () => T): Promise<T | ResponseError<never>> {
  // One turn later: a cancellation that came in with the request has been read by then.
  await new Promise<void>((resolve) => setImmediate(resolve));
  if (token.isCancellationRequested)
    return new ResponseError(LSPErrorCodes.RequestCancelled, 'The request was cancelled.');
  return work();
}
