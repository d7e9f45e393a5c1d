import * as vscode from 'vscode';
import { withoutChannel } from '../debug/debugConfiguration.js';
import type { Language } from '../languageClient/index.js';
import { type RunDefinition, requestOf } from '../runDefinition.js';
import type { Launch, RunRequest } from '../runs/index.js';
import { UserError } from '../userError.js';

/** What the server tells of a class; see `lightning/modules`. */
interface RunnableClass {
  readonly kind: string;
  readonly name: string;
  readonly location: { readonly uri: string };
  readonly isAbstract: boolean;
  readonly exportName: string | null;
}

/**
 * The task type `lightning`: runs in a terminal, as `lightning fit FILE` there; they are found by their run directory, like any other.
 * Offers a fit and a fast_dev_run for each module of the workspace.
 */
export class LightningTaskProvider implements vscode.TaskProvider {
  readonly #prepare: (request: RunRequest) => Promise<Launch>;
  readonly #language: Language;

  /** @param prepare says what to start for a run; throws `UserError` when it cannot be started */
  constructor(prepare: (request: RunRequest) => Promise<Launch>, language: Language) {
    this.#prepare = prepare;
    this.#language = language;
  }

  async provideTasks(token: vscode.CancellationToken): Promise<vscode.Task[]> {
    if (!vscode.workspace.isTrusted) return [];
    const classes = (await this.#language.request('lightning/modules')) as readonly RunnableClass[]; // our own server's
    const tasks: vscode.Task[] = [];
    for (const { kind, name, location, isAbstract, exportName } of classes) {
      const uri = vscode.Uri.parse(location.uri);
      const folder = vscode.workspace.getWorkspaceFolder(uri);
      if (token.isCancellationRequested) return tasks;
      if (kind !== 'module' || isAbstract || exportName === null || !folder) continue;
      const file = vscode.workspace.asRelativePath(uri, false);
      const base = { type: 'lightning', file, className: exportName };
      tasks.push(
        await this.#task({ ...base, options: { fastDevRun: true } }, folder, `fast_dev_run ${name}`),
        await this.#task({ ...base, kind: 'fit' }, folder, `fit ${name}`),
      );
    }
    return tasks;
  }

  async resolveTask(task: vscode.Task): Promise<vscode.Task | undefined> {
    const folder = isFolder(task.scope) ? task.scope : vscode.workspace.workspaceFolders?.[0];
    if (!folder) return undefined;
    try {
      // The very definition of the task must come back, or the editor takes it for another one.
      return await this.#task(task.definition, folder, task.name);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      void vscode.window.showErrorMessage(error.message);
      return undefined;
    }
  }

  async #task(
    definition: vscode.TaskDefinition & RunDefinition,
    folder: vscode.WorkspaceFolder,
    name: string,
  ): Promise<vscode.Task> {
    const { command, args, cwd, env } = await this.#prepare(requestOf(definition, folder));
    const wanted = Object.entries(env).filter(([key, value]) => value !== process.env[key]);
    const execution = new vscode.ProcessExecution(command, withoutChannel(args), {
      cwd,
      env: Object.fromEntries(wanted.map(([key, value]) => [key, value ?? ''])),
    });
    const task = new vscode.Task(definition, folder, name, 'lightning', execution, '$lightning');
    task.group = vscode.TaskGroup.Test;
    return task;
  }
}

function isFolder(scope: vscode.Task['scope']): scope is vscode.WorkspaceFolder {
  return typeof scope === 'object';
}
