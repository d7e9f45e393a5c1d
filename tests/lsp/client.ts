import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import {
  type CancellationToken,
  type ClientCapabilities,
  type CodeAction,
  CodeActionRequest,
  type CodeLens,
  CodeLensRequest,
  createProtocolConnection,
  type Diagnostic,
  DiagnosticRefreshRequest,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  type DocumentDiagnosticReport,
  DocumentDiagnosticRequest,
  ExitNotification,
  FileChangeType,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  IPCMessageReader,
  IPCMessageWriter,
  LogMessageNotification,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  type Range,
  RegistrationRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type TextEdit,
} from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { SERVER_BIN, SERVER_MAIN } from './builtServer.js';

/** How a test's editor differs from the usual one. */
export interface ClientOptions {
  /** False: an editor that waits for diagnostics to be sent. */
  readonly pulls?: boolean;
  readonly transport?: 'stdio' | 'ipc';
}

/** An editor for tests: speaks LSP to the built server over a real process, with files in a folder of its own. */
export class LspClient {
  readonly folder = mkdtempSync(join(tmpdir(), 'lightning-lsp-'));
  readonly #documents = new Map<string, TextDocument>();
  readonly #published: PublishDiagnosticsParams[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #logged: string[] = [];
  #refreshes = 0;
  #held: Buffer[] | null = null;

  private constructor(
    readonly process: ChildProcess,
    readonly connection: ProtocolConnection,
    readonly gate: PassThrough | null,
    readonly result: InitializeResult,
  ) {}

  /** Starts the server and says hello. */
  static async start({ pulls = true, transport = 'stdio' }: ClientOptions = {}): Promise<LspClient> {
    const isIpc = transport === 'ipc';
    const child = isIpc
      ? fork(SERVER_MAIN, ['--node-ipc'], { silent: true })
      : spawn(process.execPath, [SERVER_BIN], { stdio: ['pipe', 'pipe', 'inherit'] });
    const gate = isIpc ? null : new PassThrough();
    const connection = gate
      ? createProtocolConnection(new StreamMessageReader(child.stdout!), new StreamMessageWriter(gate))
      : createProtocolConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    let client: LspClient | undefined;
    gate?.on('data', (chunk: Buffer) => {
      if (client) client.#send(chunk);
      else child.stdin!.write(chunk);
    });
    connection.listen();
    connection.onRequest(RegistrationRequest.type, () => undefined);
    const result = await connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      capabilities: capabilities(pulls),
      workspaceFolders: null,
    });
    client = new LspClient(child, connection, gate, result);
    client.#listen();
    await connection.sendNotification(InitializedNotification.type, {});
    return client;
  }

  /** URI of a file in the client's folder. */
  uri(name: string): string {
    return pathToFileURL(join(this.folder, name)).href;
  }

  /** Writes a file to disk, unopened. */
  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  /** Opens a document that need not be on disk. */
  async open(name: string, text: string): Promise<void> {
    const languageId = /\.[cm]?js$/.test(name) ? 'javascript' : 'typescript';
    const uri = this.uri(name);
    this.#documents.set(name, TextDocument.create(uri, languageId, 1, text));
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  async close(name: string): Promise<void> {
    this.#documents.delete(name);
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, {
      textDocument: { uri: this.uri(name) },
    });
  }

  /** The text of an open document, as the editor has it. */
  text(name: string): string {
    return this.#document(name).getText();
  }

  /** Replaces the only occurrence of a text, as an incremental edit. */
  async replace(name: string, old: string, newText: string): Promise<void> {
    const document = this.#document(name);
    const start = document.getText().indexOf(old);
    if (start === -1) throw new Error(`no '${old}' in ${name}`);
    const range = { start: document.positionAt(start), end: document.positionAt(start + old.length) };
    await this.edit(name, [{ range, newText }]);
  }

  /** Applies edits that all count from the present text. */
  async edit(name: string, edits: readonly TextEdit[]): Promise<void> {
    const document = this.#document(name);
    const version = document.version + 1;
    // LSP applies the changes of one notification one after the other: from the end, earlier ranges stay right.
    const contentChanges = [...edits]
      .sort((a, b) => document.offsetAt(b.range.start) - document.offsetAt(a.range.start))
      .map(({ range, newText }) => ({ range, text: newText }));
    TextDocument.update(document, contentChanges, version);
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri: document.uri, version },
      contentChanges,
    });
  }

  /** Tells the server that a file on disk changed. */
  async changedOnDisk(name: string): Promise<void> {
    await this.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: this.uri(name), type: FileChangeType.Changed }],
    });
  }

  async report(name: string, previousResultId?: string, token?: CancellationToken): Promise<DocumentDiagnosticReport> {
    const params = {
      textDocument: { uri: this.uri(name) },
      ...(previousResultId !== undefined && { previousResultId }),
    };
    return this.connection.sendRequest(DocumentDiagnosticRequest.type, params, token);
  }

  /** The diagnostics of a document. */
  async diagnostics(name: string): Promise<readonly Diagnostic[]> {
    const report = await this.report(name);
    if (report.kind !== 'full') throw new Error('asked without a previous result, the server must report in full');
    return report.items;
  }

  /** Each diagnostic as `code severity "text under it"`. */
  async problems(name: string): Promise<readonly string[]> {
    return (await this.diagnostics(name)).map((each) => this.describe(name, each));
  }

  /** `code severity "text under it"`. */
  describe(name: string, { code, severity, range }: Diagnostic): string {
    return `${code} ${['', 'error', 'warning', 'information', 'hint'][severity ?? 0]} "${this.#document(name).getText(range)}"`;
  }

  async codeActions(
    name: string,
    diagnostics: readonly Diagnostic[],
    range?: Range,
    only?: string[],
  ): Promise<CodeAction[]> {
    const found = await this.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri: this.uri(name) },
      range: range ?? diagnostics[0]?.range ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
      context: { diagnostics: [...diagnostics], ...(only && { only }) },
    });
    return (found ?? []) as CodeAction[]; // the server offers no bare commands
  }

  /** Applies what a code action wants changed in one document. */
  async apply(name: string, action: CodeAction): Promise<void> {
    const [change] = action.edit?.documentChanges ?? [];
    if (!change || !('edits' in change)) throw new Error(`${action.title} changes no document`);
    if (change.textDocument.version !== this.#document(name).version) throw new Error(`${action.title} is stale`);
    await this.edit(name, change.edits as TextEdit[]); // no annotated edits, no snippets
  }

  async codeLenses(name: string): Promise<CodeLens[]> {
    return (await this.connection.sendRequest(CodeLensRequest.type, { textDocument: { uri: this.uri(name) } })) ?? [];
  }

  /** How often the server asked to pull again. */
  get refreshes(): number {
    return this.#refreshes;
  }

  /** What the server wrote to its log. */
  get logged(): readonly string[] {
    return this.#logged;
  }

  /** Waits until the server has asked to pull again that often. */
  async refreshed(count: number): Promise<void> {
    while (this.#refreshes < count) await this.#something();
  }

  /** Waits for diagnostics that were sent, and takes them. */
  async published(): Promise<PublishDiagnosticsParams> {
    for (;;) {
      const next = this.#published.shift();
      if (next) return next;
      await this.#something();
    }
  }

  /** Keeps back all messages from now on. Returns what sends them in one piece, once one with the given method is there. */
  hold(): (lastMethod: string) => Promise<void> {
    const held: Buffer[] = [];
    this.#held = held;
    return async (lastMethod) => {
      while (!Buffer.concat(held).includes(lastMethod)) await this.#something();
      this.#held = null;
      this.process.stdin!.write(Buffer.concat(held));
    };
  }

  /** Says goodbye. Returns the server's exit code. */
  async stop(): Promise<number | null> {
    const exited = once(this.process, 'exit');
    await this.connection.sendRequest(ShutdownRequest.type);
    await this.connection.sendNotification(ExitNotification.type);
    const [code] = await exited;
    this.connection.dispose();
    rmSync(this.folder, { recursive: true, force: true });
    return code;
  }

  #send(chunk: Buffer): void {
    if (this.#held) this.#held.push(chunk);
    else this.process.stdin!.write(chunk);
    this.#wake();
  }

  #listen(): void {
    this.connection.onRequest(DiagnosticRefreshRequest.type, () => {
      this.#refreshes += 1;
      this.#wake();
    });
    this.connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
      this.#published.push(params);
      this.#wake();
    });
    this.connection.onNotification(LogMessageNotification.type, ({ message }) => {
      this.#logged.push(message);
    });
  }

  #document(name: string): TextDocument {
    const document = this.#documents.get(name);
    if (!document) throw new Error(`${name} is not open`);
    return document;
  }

  #something(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

function capabilities(pulls: boolean): ClientCapabilities {
  return {
    general: { positionEncodings: ['utf-16'] },
    textDocument: {
      synchronization: {},
      codeAction: {
        codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix'] } },
        isPreferredSupport: true,
      },
      ...(pulls && { diagnostic: { relatedDocumentSupport: false } }),
    },
    workspace: {
      workspaceEdit: { documentChanges: true },
      diagnostics: { refreshSupport: true },
      didChangeWatchedFiles: { dynamicRegistration: true },
    },
  };
}
