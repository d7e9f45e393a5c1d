import { CodeLensRefreshRequest, type Connection } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { ClientSupport } from './clientSupport.js';
import type { Linter, LintResult } from './linter.js';
import type { ProblemLog } from './problemLog.js';

/**
 * Keeps what the client shows true when another file changes: a base class, a subclass. A client that pulls is told to
 * pull again, but only when that would change something; one that does not is sent the new diagnostics.
 */
export class Freshness {
  /** What the client last got, by document. */
  readonly #shown = new Map<string, string>();
  #isScheduled = false;

  constructor(
    readonly connection: Connection,
    readonly linter: Linter,
    readonly log: ProblemLog,
    readonly client: ClientSupport,
    readonly openDocuments: () => readonly TextDocument[],
  ) {}

  /** Notes what the client gets. */
  shown(document: TextDocument, { resultId }: LintResult): void {
    this.#shown.set(document.uri, resultId);
  }

  /** Some file changed. However many do at once, the documents are looked at once. */
  changed(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#update().catch((error: unknown) => this.log.report('refresh', error));
    });
  }

  /** A document was closed: it has no diagnostics any more. */
  async closed(document: TextDocument): Promise<void> {
    this.#shown.delete(document.uri);
    if (!this.client.pullsDiagnostics) {
      await this.connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
    }
  }

  async #update(): Promise<void> {
    if (this.client.pullsDiagnostics) await this.#askToPull();
    else await this.#push();
  }

  async #askToPull(): Promise<void> {
    let isStale = false;
    for (const document of this.openDocuments()) {
      const shown = this.#shown.get(document.uri);
      // A document that was itself changed is pulled anyway.
      if (shown === undefined || !shown.startsWith(`${document.version} `)) continue;
      const { resultId } = this.linter.result(document);
      if (resultId === shown) continue;
      this.#shown.set(document.uri, resultId);
      isStale = true;
    }
    if (!isStale) return;
    if (this.client.refreshesDiagnostics) await this.connection.languages.diagnostics.refresh();
    if (this.client.refreshesCodeLenses) await this.connection.sendRequest(CodeLensRefreshRequest.type);
  }

  async #push(): Promise<void> {
    for (const document of this.openDocuments()) {
      const result = this.linter.result(document);
      if (this.#shown.get(document.uri) === result.resultId) continue;
      this.shown(document, result);
      const { uri, version } = document;
      await this.connection.sendDiagnostics({ uri, version, diagnostics: result.items });
    }
  }
}
