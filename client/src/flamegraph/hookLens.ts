import type { ProfileEvent } from 'lightning-tfjs/protocol';
import * as vscode from 'vscode';
import { type HookTime, hookTimes, shiftTimes } from './hookTimes.js';

/** Shows above each hook how long it took in the last run that was profiled. */
export class HookLens implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;
  readonly #isOn: () => boolean;
  readonly #times = new Map<string, HookTime[]>();
  readonly #life: vscode.Disposable;

  constructor(isOn: () => boolean) {
    this.#isOn = isOn;
    this.#life = vscode.Disposable.from(
      this.#changed,
      vscode.languages.registerCodeLensProvider({ scheme: 'file' }, this),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        let times = this.#times.get(document.uri.fsPath);
        if (!times) return;
        for (const { range, text } of contentChanges) {
          times = shiftTimes(times, range.start.line, range.end.line, text.split('\n').length - 1);
        }
        this.#times.set(document.uri.fsPath, times);
      }),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('lightning.showHookTimes')) this.#changed.fire();
      }),
    );
  }

  /** Shows the times of a profile instead of those that its files had before. */
  show(profile: ProfileEvent): void {
    const times = hookTimes(profile);
    if (times.size === 0) return;
    for (const [file, list] of times) this.#times.set(file, list);
    this.#changed.fire();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!this.#isOn()) return [];
    return (this.#times.get(document.uri.fsPath) ?? [])
      .filter(({ line }) => line < document.lineCount)
      .map(
        ({ line, text }) =>
          new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
            title: `$(watch) ${text}`,
            tooltip: vscode.l10n.t('Mean time, calls and share of the last profiled run. Opens the flamegraph.'),
            command: 'lightning.openFlamegraph',
          }),
      );
  }

  dispose(): void {
    this.#life.dispose();
  }
}
