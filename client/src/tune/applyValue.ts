import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { SOURCE_GLOB } from '../lightningFile.js';
import { assignmentsOf } from './assignments.js';

/** A place in a file at which a value can be written. */
export interface ValuePlace {
  readonly uri: vscode.Uri;
  readonly range: vscode.Range;
}

/** Files beside the module that are searched. */
const MAX_FILES = 50;

/** The only place that gives a number to one of these names: in the module's file, or else in the files beside it. */
export async function placeOf(file: string, names: readonly string[]): Promise<ValuePlace | undefined> {
  const here = await placesIn(vscode.Uri.file(file), names);
  if (here.length > 0) return here.length === 1 ? here[0] : undefined;
  const beside = new vscode.RelativePattern(vscode.Uri.file(dirname(file)), SOURCE_GLOB.replace('**/', ''));
  const found: ValuePlace[] = [];
  for (const uri of await vscode.workspace.findFiles(beside, null, MAX_FILES))
    found.push(...(await placesIn(uri, names)));
  return found.length === 1 ? found[0] : undefined;
}

/** Writes a value there, and shows it; the person saves it. */
export async function writeValue({ uri, range }: ValuePlace, value: number): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(uri, range, String(value));
  await vscode.workspace.applyEdit(edit);
  const end = range.start.translate(0, String(value).length);
  await vscode.window.showTextDocument(uri, { selection: new vscode.Range(range.start, end) });
}

async function placesIn(uri: vscode.Uri, names: readonly string[]): Promise<ValuePlace[]> {
  const document = await vscode.workspace.openTextDocument(uri);
  return assignmentsOf(document.getText(), names).map(({ offset, text }) => ({
    uri,
    range: new vscode.Range(document.positionAt(offset), document.positionAt(offset + text.length)),
  }));
}
