import * as vscode from 'vscode';
import type { Run, RunEnd, RunRecord, Runs } from './runs/index.js';
import { requestTitle } from './runs/runnable.js';

/** Shows failures where they are: at the user's line, and in one notification. Forgets them when the file changes or runs again. */
export class RunFailures implements vscode.Disposable {
  readonly #diagnostics = vscode.languages.createDiagnosticCollection('lightning-run');
  readonly #log: vscode.LogOutputChannel;
  readonly #life: vscode.Disposable;

  constructor(runs: Runs, log: vscode.LogOutputChannel) {
    this.#log = log;
    this.#life = vscode.Disposable.from(
      this.#diagnostics,
      runs.onStart((run) => this.#forget(run)),
      runs.onEnd(({ run, end }) => this.#report(run, end)),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.#diagnostics.delete(document.uri);
      }),
    );
  }

  /** Opens the place of a run's error; the log when it has none or its file is gone. */
  async show({ end }: RunRecord): Promise<void> {
    const location = end?.error?.location;
    if (!location) return this.#log.show(true);
    try {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.file(location.file));
      const selection = new vscode.Range(startOf(location), startOf(location));
      await vscode.window.showTextDocument(document, { selection, viewColumn: vscode.ViewColumn.One });
    } catch (error) {
      this.#log.warn(`${location.file} could not be opened: ${String(error)}`);
      this.#log.show(true);
    }
  }

  dispose(): void {
    this.#life.dispose();
  }

  #report(run: Run, { reason, error }: RunEnd): void {
    if (!error) return;
    this.#log.error(
      `${requestTitle(run.request)}: ${error.name}: ${error.message}${error.stack ? `\n${error.stack}` : ''}`,
    );
    if (error.location) this.#mark(error.location, error);
    const title = requestTitle(run.request);
    const text =
      reason === 'lost'
        ? vscode.l10n.t('The run of {0} was lost. {1}', title, error.message)
        : vscode.l10n.t('The run of {0} failed. {1}', title, error.message);
    const show = error.location ? vscode.l10n.t('Show') : vscode.l10n.t('Show Logs');
    void vscode.window
      .showErrorMessage(text, show)
      .then((answer) => (answer === undefined ? undefined : this.show(run)));
  }

  #mark(
    location: NonNullable<NonNullable<RunEnd['error']>['location']>,
    { name, code, message }: NonNullable<RunEnd['error']>,
  ): void {
    const start = startOf(location);
    // A range of no length is widened by the editor to the word that stands there.
    const diagnostic = new vscode.Diagnostic(
      new vscode.Range(start, start),
      `${name}: ${message}`,
      vscode.DiagnosticSeverity.Error,
    );
    diagnostic.source = 'lightning-run';
    if (code !== null) diagnostic.code = code;
    this.#diagnostics.set(vscode.Uri.file(location.file), [diagnostic]);
  }

  #forget({ request }: Run): void {
    this.#diagnostics.forEach((uri) => {
      if (isIn(uri.fsPath, request.cwd)) this.#diagnostics.delete(uri);
    });
  }
}

function startOf({ line, column }: { line: number; column: number }): vscode.Position {
  return new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
}

function isIn(file: string, folder: string): boolean {
  return (
    file === folder ||
    file.startsWith(folder.endsWith('/') || folder.endsWith('\\') ? folder : `${folder}/`) ||
    file.startsWith(`${folder}\\`)
  );
}
