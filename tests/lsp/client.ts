import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import {
  type CancellationToken,
  type ClientCapabilities,
  type CodeAction,
  CodeActionRequest,
  type CodeLens,
  CodeLensRequest,
  ConfigurationRequest,
  createProtocolConnection,
  type Diagnostic,
  DiagnosticRefreshRequest,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidChangeWorkspaceFoldersNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DidRenameFilesNotification,
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
  type WorkspaceFolder,
} from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { SERVER_BIN, SERVER_MAIN } from './builtServer.js';

/** How a test's editor differs from the usual one. */
export interface ClientOptions {
  /** False: an editor that waits for diagnostics to be sent. */
  readonly pulls?: boolean;
  readonly transport?: 'stdio' | 'ipc';
  /** Files on disk before the server starts, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Folders of the workspace, by name; `.` is the client's own. None: no workspace. */
  readonly folders?: readonly string[];
  /** Its section `lightning` for a resource, by the resource's URI. */
  readonly settings?: (uri: string) => unknown;
  readonly locale?: string;
  /** False: an editor that does not watch files. */
  readonly watches?: boolean;
  /** Ids of commands that it says it has; none said by default. */
  readonly commands?: readonly string[];
  /** True: an editor with snippets, inlay hints and type hierarchies, whose edits create files. */
  readonly isRich?: boolean;
}

/** What the server tells of itself. */
export interface Status {
  readonly health: string;
  readonly message: string;
  readonly indexing: { readonly done: number; readonly total: number } | null;
}

/** An editor for tests: speaks LSP to the built server over a real process, with files in a folder of its own. */
export class LspClient {
  readonly #documents = new Map<string, TextDocument>();
  readonly #published: PublishDiagnosticsParams[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #logged: string[] = [];
  readonly #statuses: Status[] = [];
  #refreshes = 0;
  #held: Buffer[] | null = null;

  private constructor(
    /** Where the client's files are. */
    readonly folder: string,
    readonly process: ChildProcess,
    readonly connection: ProtocolConnection,
    readonly gate: PassThrough | null,
    readonly result: InitializeResult,
  ) {}

  /** Starts the server and says hello. */
  static async start(options: ClientOptions = {}): Promise<LspClient> {
    const folder = mkdtempSync(join(tmpdir(), 'lightning-lsp-'));
    for (const [name, text] of Object.entries(options.files ?? {})) writeIn(folder, name, text);
    const isIpc = options.transport === 'ipc';
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
    connection.onRequest(ConfigurationRequest.type, ({ items }) =>
      items.map(({ scopeUri }) => options.settings?.(scopeUri ?? '') ?? null),
    );
    const result = await connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: null,
      locale: options.locale,
      ...(options.commands && { initializationOptions: { commands: options.commands } }),
      capabilities: capabilities(options),
      workspaceFolders: options.folders?.map((name) => workspaceFolder(folder, name)) ?? null,
    });
    client = new LspClient(folder, child, connection, gate, result);
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
    writeIn(this.folder, name, text);
  }

  /** Writes a file to disk and tells the server. */
  async create(name: string, text: string): Promise<void> {
    this.write(name, text);
    await this.changedOnDisk(name, FileChangeType.Created);
  }

  /** Removes a file or a folder from disk and tells the server. */
  async remove(name: string): Promise<void> {
    rmSync(join(this.folder, name), { recursive: true });
    await this.changedOnDisk(name, FileChangeType.Deleted);
  }

  /** Renames a file or a folder as a person does in the editor, whose watcher does not tell of what lies in a folder. */
  async rename(name: string, newName: string): Promise<void> {
    mkdirSync(dirname(join(this.folder, newName)), { recursive: true });
    renameSync(join(this.folder, name), join(this.folder, newName));
    const files = [{ oldUri: this.uri(name), newUri: this.uri(newName) }];
    await this.connection.sendNotification(DidRenameFilesNotification.type, { files });
  }

  /** Changes the workspace's folders. */
  async changeFolders(added: readonly string[], removed: readonly string[]): Promise<void> {
    const folders = (names: readonly string[]) => names.map((name) => workspaceFolder(this.folder, name));
    await this.connection.sendNotification(DidChangeWorkspaceFoldersNotification.type, {
      event: { added: folders(added), removed: folders(removed) },
    });
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
  async changedOnDisk(name: string, type: FileChangeType = FileChangeType.Changed): Promise<void> {
    await this.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: this.uri(name), type }],
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

  /** What the server told of itself, in order. */
  get statuses(): readonly Status[] {
    return this.#statuses;
  }

  /** Waits until the server has told that the workspace is read, and gives what it told. */
  async indexed(): Promise<Status> {
    for (;;) {
      const last = this.#statuses.at(-1);
      if (last && !last.indexing) return last;
      await this.#something();
    }
  }

  /** Waits for the next status after the ones that came by now. */
  async nextStatus(): Promise<Status> {
    const count = this.#statuses.length;
    while (this.#statuses.length === count) await this.#something();
    return this.#statuses.at(-1)!;
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
    this.connection.onNotification('lightning/status', (status: Status) => {
      this.#statuses.push(status);
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

function writeIn(folder: string, name: string, text: string): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function workspaceFolder(folder: string, name: string): WorkspaceFolder {
  return { uri: pathToFileURL(join(folder, name)).href.replace(/\/$/, ''), name };
}

function capabilities({ pulls = true, settings, watches = true, isRich = false }: ClientOptions): ClientCapabilities {
  return {
    general: { positionEncodings: ['utf-16'] },
    textDocument: {
      synchronization: {},
      codeAction: {
        codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'source.fixAll'] } },
        isPreferredSupport: true,
      },
      ...(pulls && { diagnostic: { relatedDocumentSupport: false } }),
      ...(isRich && { completion: { completionItem: { snippetSupport: true } }, inlayHint: {}, typeHierarchy: {} }),
    },
    workspace: {
      workspaceEdit: { documentChanges: true, ...(isRich && { resourceOperations: ['create'] }) },
      workspaceFolders: true,
      diagnostics: { refreshSupport: true },
      ...(settings && { configuration: true }),
      ...(watches && { didChangeWatchedFiles: { dynamicRegistration: true } }),
    },
  };
}
