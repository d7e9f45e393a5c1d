import type { Connection, WorkDoneProgressServerReporter } from 'vscode-languageserver/node';
import type { WorkspaceIndex } from './workspaceIndex.js';

/** Fewer files than these are read before anybody could look. */
const WORTH_SHOWING = 500;

/** Shows in the editor how far the index is, and stops it when the user says so. */
export class IndexProgress {
  readonly #connection: Connection;
  readonly #index: WorkspaceIndex;
  readonly #onError: (error: unknown) => void;
  #title: string | null = null;
  #shown: Promise<WorkDoneProgressServerReporter | null> | null = null;
  #percent = 0;

  constructor(connection: Connection, index: WorkspaceIndex, onError: (error: unknown) => void) {
    this.#connection = connection;
    this.#index = index;
    this.#onError = onError;
  }

  /** The client shows progress. @param title what it is called */
  start(title: string): void {
    this.#title = title;
  }

  /** The index is another one than before. */
  moved(): void {
    const { progress } = this.#index.state;
    if (this.#title === null) return;
    if (!progress) {
      this.#then((reporter) => reporter.done());
      this.#shown = null;
      return;
    }
    if (progress.total < WORTH_SHOWING) return;
    this.#shown ??= this.#begin(this.#title);
    const percent = Math.floor((100 * progress.done) / progress.total);
    if (percent < this.#percent + 5) return;
    this.#percent = percent;
    this.#then((reporter) => reporter.report(percent));
  }

  async #begin(title: string): Promise<WorkDoneProgressServerReporter | null> {
    this.#percent = 0;
    try {
      const reporter = await this.#connection.window.createWorkDoneProgress();
      reporter.begin(title, 0, undefined, true);
      reporter.token.onCancellationRequested(() => this.#index.cancel());
      return reporter;
    } catch (error) {
      this.#onError(error);
      return null;
    }
  }

  #then(report: (reporter: WorkDoneProgressServerReporter) => void): void {
    this.#shown?.then((reporter) => reporter && report(reporter)).catch(this.#onError);
  }
}
