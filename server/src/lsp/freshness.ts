import { CodeLensRefreshRequest, type Connection } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { ClientSupport } from './clientSupport.js';
import type { Lint, Linter } from './linter.js';
import type { ProblemLog } from './problemLog.js';
import { nextTurn } from './turns.js';

/** While somebody types, the other documents are looked at once in this time: their own questions go first. */
const PAUSE_MS = 40;

/**
 * Keeps what the client shows true when another file changes: a base class, a subclass. A client that pulls is told to
 * pull again, but only when that would change something; one that does not is sent the new diagnostics.
 */
export class Freshness {
  /** What the client last got, by document. */
  readonly #shown = new Map<string, string>();
  #timer: NodeJS.Timeout | null = null;
  #isAtWork = false;
  #isWanted = false;

  constructor(
    readonly connection: Connection,
    readonly linter: Linter,
    readonly log: ProblemLog,
    readonly client: ClientSupport,
    readonly openDocuments: () => readonly TextDocument[],
  ) {}

  /** Notes what the client gets. */
  shown({ document, resultId }: Lint): void {
    this.#shown.set(document.uri, resultId);
  }

  /** Some file changed. However many do at once, the documents are looked at once. */
  changed(): void {
    this.#isWanted = true;
    if (this.#timer || this.#isAtWork) return;
    const pause = this.client.pullsDiagnostics ? PAUSE_MS : 0;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#work().catch((error: unknown) => this.log.report('refresh', error));
    }, pause);
  }

  /** A document was closed: it has no diagnostics any more. */
  async closed(document: TextDocument): Promise<void> {
    this.#shown.delete(document.uri);
    if (!this.client.pullsDiagnostics) {
      await this.connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
    }
  }

  /** Nothing is sent from now on. */
  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#isWanted = false;
  }

  async #work(): Promise<void> {
    this.#isAtWork = true;
    try {
      while (this.#isWanted) {
        this.#isWanted = false;
        if (this.client.pullsDiagnostics) await this.#askToPull();
        else await this.#push();
      }
    } finally {
      this.#isAtWork = false;
    }
  }

  async #askToPull(): Promise<void> {
    let isStale = false;
    for (const document of this.openDocuments()) {
      const shown = this.#shown.get(document.uri);
      // A document that was itself changed is pulled anyway.
      if (shown === undefined || !shown.startsWith(`${document.version} `)) continue;
      const { resultId } = await this.linter.lint(document);
      await nextTurn();
      if (resultId === shown || this.#shown.get(document.uri) !== shown) continue;
      this.#shown.set(document.uri, resultId);
      isStale = true;
    }
    if (!isStale) return;
    if (this.client.refreshesDiagnostics) await this.connection.languages.diagnostics.refresh();
    if (this.client.refreshesCodeLenses) await this.connection.sendRequest(CodeLensRefreshRequest.type);
  }

  async #push(): Promise<void> {
    for (const document of this.openDocuments()) {
      const lint = await this.linter.lint(document);
      if (this.#shown.get(document.uri) === lint.resultId || !this.openDocuments().includes(document)) continue;
      this.shown(lint);
      const { uri, version } = lint.document;
      await this.connection.sendDiagnostics({ uri, version, diagnostics: lint.items });
    }
  }
}
