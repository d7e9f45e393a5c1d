import * as vscode from 'vscode';

/** The extension's identifier: publisher and name of its manifest. */
export const EXTENSION_ID = 'lightning-typescript.lightning-typescript';

/** Commands that people and other extensions rely on. */
export const COMMANDS = [
  'lightning.fit',
  'lightning.stop',
  'lightning.fastDevRun',
  'lightning.openDashboard',
  'lightning.resumeFromCheckpoint',
] as const;
export type CommandId = (typeof COMMANDS)[number];

/** What a run command resolves to when the run is over. */
export interface RunEnd {
  readonly reason: 'finished' | 'stopped' | 'failed' | 'lost';
  /** What made it fail, with the place in the user's own file; line and column count from 1. */
  readonly error?: {
    readonly message: string;
    readonly location: { readonly file: string; readonly line: number; readonly column: number } | null;
  };
}

/** Runs one of the extension's commands to its end; undefined when there was nothing to run or to stop. */
export async function runCommand(id: CommandId, ...args: readonly unknown[]): Promise<RunEnd | undefined> {
  return await vscode.commands.executeCommand<RunEnd | undefined>(id, ...args);
}

/** The installed extension. @throws when it is not installed */
export function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension(EXTENSION_ID);
  if (!found) throw new Error(`${EXTENSION_ID} is not installed in this editor`);
  return found;
}
