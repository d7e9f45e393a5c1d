import * as vscode from 'vscode';
import { CheckpointTree, watchCheckpoints } from './checkpoints/index.js';
import { executeCommand } from './commands/executeCommand.js';
import { commands } from './commands/index.js';
import { DashboardPanel } from './dashboard/index.js';
import type { Language } from './languageClient/index.js';
import { RunFailures } from './runFailures.js';
import { runLauncher } from './runLauncher.js';
import { runLog } from './runLog.js';
import { showRunStatus } from './runStatus.js';
import { Runs } from './runs/index.js';
import { realSchedule } from './schedule.js';
import { readSettings, type Settings } from './settings.js';

/** A run may write many checkpoint files at once; the view follows at this pace. */
const REFRESH_MS = 200;

/** What the commands work with. */
export interface Services {
  readonly log: vscode.LogOutputChannel;
  readonly runs: Runs;
  readonly dashboard: DashboardPanel;
  readonly checkpoints: CheckpointTree;
  /** The language server; starts on first use. */
  readonly language: Pick<Language, 'start'>;
  settings(): Settings;
}

/** What the entry gives: the parts that exist before anything is loaded. */
export type Base = Pick<Services, 'log' | 'language'> & { readonly context: vscode.ExtensionContext };

/** What the entry uses of all this. */
export interface LoadedServices extends vscode.Disposable {
  readonly checkpoints: CheckpointTree;
  /** Does the command of that id; see `executeCommand`. */
  execute(id: string, args: readonly unknown[]): Promise<unknown>;
}

/** Makes everything that commands and views need, once, when the first of them is used. */
export function createServices({ context, log, language }: Base): LoadedServices {
  const runs = new Runs({
    prepare: runLauncher(context.extensionPath, log),
    log: (request) => runLog(log, request),
  });
  const failures = new RunFailures(runs, log);
  const dashboard = new DashboardPanel(
    context.extensionUri,
    { showError: (run) => void failures.show(run), showLogs: () => log.show(true) },
    log,
  );
  const checkpoints = new CheckpointTree();
  const services: Services = { log, runs, dashboard, checkpoints, language, settings: readSettings };
  const byId = new Map(commands.map((command) => [command.id as string, command]));

  let cancelRefresh: (() => void) | undefined;
  const refreshSoon = () => {
    cancelRefresh ??= realSchedule(REFRESH_MS, () => {
      cancelRefresh = undefined;
      checkpoints.refresh();
    });
  };
  const life = vscode.Disposable.from(
    failures,
    dashboard,
    checkpoints,
    showRunStatus(runs),
    watchCheckpoints(refreshSoon),
    runs.onChange(({ change }) => {
      // Watchers may be slow or absent; our own runs tell us.
      if (change.event?.type === 'checkpoint') refreshSoon();
    }),
    runs.onEnd(refreshSoon),
  );
  return {
    checkpoints,
    async execute(id, args) {
      const command = byId.get(id);
      if (!command) throw new Error(`There is no command ${id}.`);
      return executeCommand(services, command, args);
    },
    dispose() {
      cancelRefresh?.();
      runs.dispose(); // first: their end is not shown any more
      life.dispose();
    },
  };
}
