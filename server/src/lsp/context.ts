import type {
  CancellationToken,
  Connection,
  ResponseError,
  ServerCapabilities,
  TextDocuments,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Analyzer } from '../analysis/index.js';
import type { ClientSupport } from './clientSupport.js';
import type { ProblemLog } from './problemLog.js';
import type { SettingsStore } from './settings.js';

/** What the parts of the server share: each feature is given it once, before the client says hello. */
export interface ServerContext {
  /** The documents that the editor holds open. */
  readonly documents: TextDocuments<TextDocument>;
  /** Models of classes by canonical URI (see `canonicalUri`); of closed files of the workspace too. */
  readonly analyzer: Analyzer;
  /** Settings of a resource. */
  readonly settings: SettingsStore;
  /** What the client can do; nothing until it has said hello. */
  readonly client: ClientSupport;
  readonly log: ProblemLog;
  /** Canonical URIs of the workspace's folders as they are now, without a slash at the end. */
  readonly folders: readonly string[];
  /**
   * Does the work of a request. One that was cancelled is answered so, before the work or after it; an exception is logged
   * once, with its stack, and answered with the fallback.
   * @param what names the work in the log, such as `hover`
   */
  answer<T>(what: string, token: CancellationToken, fallback: T, work: () => T | Promise<T>): Promise<Answer<T>>;
}

/** What a request handler returns. */
export type Answer<T> = T | ResponseError<never>;

/** One feature: what it tells the client that it can do, and how it hooks itself into the connection. */
export interface Feature {
  /** Called once, when the client has said what it can do. */
  capabilities(client: ClientSupport): Partial<ServerCapabilities>;
  /** Called once, before the connection listens. */
  register(connection: Connection, context: ServerContext): void;
}
