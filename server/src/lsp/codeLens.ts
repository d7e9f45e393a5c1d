import type { CodeLens } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { ModuleModel } from '../analysis/index.js';
import { rangeIn } from './linter.js';
import { RUN_COMMANDS, runnablesOf } from './runnables.js';

/** What can be run, over the name of each module. */
export function codeLenses(modules: readonly ModuleModel[], document: TextDocument): CodeLens[] {
  return modules.flatMap((module) =>
    runnablesOf(module, document.uri).map((runnable) => ({
      range: rangeIn(document, module.nameRange),
      command: {
        title: runnable.options.fastDevRun ? 'Run fast_dev_run' : 'Fit',
        command: runnable.options.fastDevRun ? RUN_COMMANDS.fastDevRun : RUN_COMMANDS.fit,
        arguments: [runnable],
      },
    })),
  );
}
