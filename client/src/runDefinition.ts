import { dirname, isAbsolute, join } from 'node:path';
import { RUN_KINDS } from 'lightning-tfjs/protocol';
import * as vscode from 'vscode';
import { areOptions, type RunRequest } from './runs/runnable.js';
import { UserError } from './userError.js';

/** What a run in `tasks.json` or `launch.json` says of itself. */
export interface RunDefinition {
  /** Path of the module's file; from the workspace folder unless absolute. */
  readonly file?: unknown;
  /** `fit` unless given. */
  readonly kind?: unknown;
  readonly className?: unknown;
  readonly checkpoint?: unknown;
  /** Options of the Trainer. */
  readonly options?: unknown;
}

/** The run that a person wrote down. Throws `UserError` that names what is wrong. */
export function requestOf(definition: RunDefinition, folder: vscode.WorkspaceFolder | undefined): RunRequest {
  const { file, kind = 'fit', className, checkpoint, options = {} } = definition;
  if (typeof file !== 'string' || file === '') {
    throw new UserError(vscode.l10n.t('A Lightning run needs "file": the path of a file with a LightningModule.'));
  }
  const known = RUN_KINDS.find((each) => each === kind);
  if (!known) {
    throw new UserError(vscode.l10n.t('"kind" is {0}. It can be {1}.', JSON.stringify(kind), RUN_KINDS.join(', ')));
  }
  if (!areOptions(options)) {
    throw new UserError(
      vscode.l10n.t('"options" must be an object of Trainer options, such as {0}.', '{ "maxEpochs": 10 }'),
    );
  }
  const base = folder?.uri.fsPath;
  const path = absolute(file, base);
  return {
    kind: known,
    file: path,
    className: typeof className === 'string' && className !== '' ? className : undefined,
    cwd: base ?? dirname(path),
    options,
    ...(typeof checkpoint === 'string' && checkpoint !== '' && { checkpoint: absolute(checkpoint, base) }),
  };
}

function absolute(path: string, folder: string | undefined): string {
  const whole = withVariables(path, folder);
  // A variable that we do not know is the editor's to fill in, later on.
  if (isAbsolute(whole) || whole.startsWith('${')) return whole;
  if (folder !== undefined) return join(folder, whole);
  throw new UserError(vscode.l10n.t('{0} is no absolute path, and no folder is open.', path));
}

/** The variables that say which runtime is meant: which one it is must be known before the editor fills in the others. */
function withVariables(path: string, folder: string | undefined): string {
  const values = { workspaceFolder: folder, file: vscode.window.activeTextEditor?.document.uri.fsPath };
  return path.replace(/\$\{(workspaceFolder|file)\}/g, (all, name: keyof typeof values) => values[name] ?? all);
}
