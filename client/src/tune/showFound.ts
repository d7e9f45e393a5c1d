import * as vscode from 'vscode';
import { placeOf, writeValue } from './applyValue.js';
import type { SearchResult } from './search.js';

/** Tells what a search found, and offers to write it into the code, to show the picture, or to copy it. */
export async function showFound(
  { value, plot }: SearchResult,
  { file, names, text }: { readonly file: string; readonly names: readonly string[]; readonly text: string },
): Promise<void> {
  if (value === null) {
    void vscode.window.showWarningMessage(vscode.l10n.t('The search found no value. See the log.'));
    return;
  }
  const place = await placeOf(file, names);
  const apply = vscode.l10n.t('Set in Code');
  const show = vscode.l10n.t('Show Plot');
  const copy = vscode.l10n.t('Copy');
  const actions = [...(place ? [apply] : []), ...(plot === undefined ? [] : [show]), copy];
  const chosen = await vscode.window.showInformationMessage(text, ...actions);
  if (chosen === apply && place) await writeValue(place, value);
  if (chosen === show && plot !== undefined) {
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(plot), vscode.ViewColumn.Beside);
  }
  if (chosen === copy) await vscode.env.clipboard.writeText(String(value));
}
