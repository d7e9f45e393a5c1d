import { extname } from 'node:path';
import * as vscode from 'vscode';

/**
 * Asks where to keep a file, and writes it there. The name comes from elsewhere: it only proposes, and nothing in it is a path.
 * @returns the place; undefined when the person chose none, or it could not be written, which is said
 */
export async function saveAs(
  name: string,
  bytes: Uint8Array,
  log: vscode.LogOutputChannel,
): Promise<vscode.Uri | undefined> {
  const safe = name
    .replace(/[^\p{L}\p{N}._-]+/gu, '_')
    .replace(/^\.+/, '_')
    .slice(-100);
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const kind = extname(safe).slice(1);
  const uri = await vscode.window.showSaveDialog({
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, safe) }),
    filters: { [kind.toUpperCase()]: [kind] },
  });
  if (!uri) return undefined;
  try {
    await vscode.workspace.fs.writeFile(uri, bytes);
    return uri;
  } catch (error) {
    log.error(error instanceof Error ? error : String(error));
    void vscode.window.showErrorMessage(vscode.l10n.t('The file could not be written. See the log.'));
    return undefined;
  }
}
