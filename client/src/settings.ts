import * as vscode from 'vscode';
import { areOptions, type OptionValue } from './runs/runnable.js';
import { UserError } from './userError.js';

/** The extension's settings, as `package.json` declares them. */
export interface Settings {
  /** Absolute path of the Node.js that runs start with; empty: found by itself. */
  readonly nodePath: string;
  readonly openDashboardOnFit: boolean;
  /** How long each hook took is shown above it. */
  readonly showHookTimes: boolean;
}

/** Options of the Trainer for the runs of a folder. Throws `UserError` when the setting holds anything else. */
export function readTrainerOptions(folder: string): Readonly<Record<string, OptionValue>> {
  const settings = vscode.workspace.getConfiguration('lightning', vscode.Uri.file(folder));
  const options: unknown = settings.get('trainerOptions', {});
  if (areOptions(options)) return options;
  throw new UserError(
    vscode.l10n.t(
      'The setting lightning.trainerOptions must be an object of Trainer options, such as {0}.',
      '{ "maxEpochs": 10 }',
    ),
  );
}

/** The settings as they are now. */
export function readSettings(): Settings {
  const settings = vscode.workspace.getConfiguration('lightning');
  return {
    nodePath: settings.get('nodePath', '').trim(),
    openDashboardOnFit: settings.get('openDashboardOnFit', true),
    showHookTimes: settings.get('showHookTimes', true),
  };
}
