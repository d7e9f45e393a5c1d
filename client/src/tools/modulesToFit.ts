import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { Language } from '../languageClient/index.js';
import type { RunRequest } from '../runs/index.js';

interface ModuleInfo {
  readonly kind: string;
  readonly location: { readonly uri: string };
  readonly isAbstract: boolean;
  readonly exportName: string | null;
  readonly missing: readonly unknown[];
}

/** The modules of the workspace that can be fitted, as requests without options. */
export async function modulesToFit(language: Pick<Language, 'request'>): Promise<readonly RunRequest[]> {
  const all = (await language.request('lightning/modules')) as readonly ModuleInfo[]; // our own server's
  return all.flatMap(({ kind, location, isAbstract, exportName, missing }): RunRequest[] => {
    const uri = vscode.Uri.parse(location.uri);
    if (kind !== 'module' || isAbstract || exportName === null || missing.length > 0 || uri.scheme !== 'file')
      return [];
    const cwd = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? dirname(uri.fsPath);
    return [{ kind: 'fit', file: uri.fsPath, className: exportName, cwd, options: {} }];
  });
}
