import * as vscode from 'vscode';
import { requestOf } from '../runDefinition.js';
import type { Launch, RunRequest } from '../runs/index.js';
import { UserError } from '../userError.js';
import { debugConfiguration } from './debugConfiguration.js';

/**
 * The debug type `lightning`: what stands in `launch.json`, or nothing at all, becomes a launch of the built-in JavaScript debugger.
 */
export class LightningDebugProvider implements vscode.DebugConfigurationProvider {
  readonly #prepare: (request: RunRequest) => Promise<Launch>;

  /** @param prepare says what to start for a run; throws `UserError` when it cannot be started */
  constructor(prepare: (request: RunRequest) => Promise<Launch>) {
    this.#prepare = prepare;
  }

  provideDebugConfigurations(): vscode.DebugConfiguration[] {
    return [
      {
        type: 'lightning',
        request: 'launch',
        name: vscode.l10n.t('Debug fast_dev_run of the open file'),
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the editor's own variable
        file: '${file}',
        options: { fastDevRun: true },
      },
    ];
  }

  /**
   * Without a `launch.json` it is a fast_dev_run of the open file. The type changes here and not once variables are filled in, since
   * only then the JavaScript debugger's own resolver sees the configuration.
   */
  async resolveDebugConfiguration(
    folder: vscode.WorkspaceFolder | undefined,
    given: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    const configuration = given.type ? given : this.provideDebugConfigurations()[0];
    if (!configuration) return undefined;
    try {
      const { file, kind, className, checkpoint, options } = configuration;
      const definition = { file, kind, className, checkpoint, options };
      const request = requestOf(definition, folder ?? vscode.workspace.workspaceFolders?.[0]);
      return debugConfiguration(configuration.name, await this.#prepare(request));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      void vscode.window.showErrorMessage(error.message);
      return undefined; // ends the start without another message
    }
  }
}
