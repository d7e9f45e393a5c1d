import { join } from 'node:path';
import * as vscode from 'vscode';
import { CheckpointViewer } from './checkpointEditor/index.js';
import { CheckpointTree, checkpointDrag, dropCheckpoints, watchCheckpoints } from './checkpoints/index.js';
import { executeCommand } from './commands/executeCommand.js';
import { commands } from './commands/index.js';
import { DashboardPanel } from './dashboard/index.js';
import { LightningDebugProvider } from './debug/debugProvider.js';
import { FlamegraphEditors, HookLens } from './flamegraph/index.js';
import type { Language } from './languageClient/index.js';
import { isLightningFile } from './lightningFile.js';
import { ModuleTree } from './modules/index.js';
import { rememberedDirectories } from './runDirectories.js';
import { RunFailures } from './runFailures.js';
import { runLauncher } from './runLauncher.js';
import { runLog } from './runLog.js';
import { showRunStatus } from './runStatus.js';
import { DiskRuns, type Launch, leaveGuard, RunNames, type RunRequest, Runs } from './runs/index.js';
import { realSchedule } from './schedule.js';
import { readSettings, type Settings } from './settings.js';
import { LightningTaskProvider } from './tasks/taskProvider.js';
import { LanguageModelTools } from './tools/languageModelTools.js';
import { RunTree, watchRuns } from './views/runs/index.js';

/** A run may write many checkpoint files at once; the view follows at this pace. */
const REFRESH_MS = 200;

/** What the commands work with. */
export interface Services {
  readonly log: vscode.LogOutputChannel;
  readonly runs: Runs;
  /** The names that people gave to runs. */
  readonly runNames: RunNames;
  readonly runTree: RunTree;
  /** Looks for run directories again. */
  readonly rescanRuns: () => Promise<void>;
  readonly dashboard: DashboardPanel;
  readonly checkpoints: CheckpointTree;
  readonly flamegraphs: FlamegraphEditors;
  readonly checkpointViewer: CheckpointViewer;
  readonly modules: ModuleTree;
  /** The language server; starts on first use. */
  readonly language: Language;
  /** The extension's own `lightning-tfjs`. */
  readonly runtimeFolder: string;
  /** Says what to start for a run. Throws `UserError` when it cannot be started. */
  prepare(request: RunRequest): Promise<Launch>;
  settings(): Settings;
}

/** What the entry gives: the parts that exist before anything is loaded. */
export type Base = Pick<Services, 'log' | 'language'> & { readonly context: vscode.ExtensionContext };

/** What the entry uses of all this. */
export interface LoadedServices extends vscode.Disposable {
  readonly dashboard: DashboardPanel;
  readonly flamegraphs: FlamegraphEditors;
  readonly runTree: RunTree;
  readonly modules: ModuleTree;
  readonly debug: LightningDebugProvider;
  readonly tasks: LightningTaskProvider;
  readonly tools: LanguageModelTools;
  readonly checkpoints: CheckpointTree;
  readonly checkpointViewer: CheckpointViewer;
  readonly checkpointDrag: typeof checkpointDrag;
  /** Does the command of that id; see `executeCommand`. */
  execute(id: string, args: readonly unknown[]): Promise<unknown>;
}

/** Makes everything that commands and views need, once, when the first of them is used. */
export function createServices({ context, log, language }: Base): LoadedServices {
  const prepare = runLauncher(context.extensionPath, log);
  const runNames = new RunNames();
  const disk = new DiskRuns({ names: runNames, warn: (text) => log.warn(text) });
  const runs = new Runs({
    prepare,
    log: (request) => runLog(log, request),
    disk,
    name: (directory) => runNames.get(directory),
    directories: rememberedDirectories(context.workspaceState),
    leaveGuard,
  });
  const runTree = new RunTree(runs);
  const runWatch = watchRuns(disk, (text) => log.warn(text));
  const failures = new RunFailures(runs, log);
  const dashboard = new DashboardPanel(
    context.extensionUri,
    {
      showError: (run) => void failures.show(run),
      showLogs: () => log.show(true),
      findRun: (id) => runs.record(id),
    },
    log,
  );
  const nameRuns = () => dashboard.setRuns([...runs.records].reverse());
  nameRuns();
  const checkpoints = new CheckpointTree();
  const checkpointViewer = new CheckpointViewer(context.extensionUri, log);
  const flamegraphs = new FlamegraphEditors(context.extensionUri, log);
  const hookLens = new HookLens(() => readSettings().showHookTimes);
  const modules = new ModuleTree(language);
  const runtimeFolder = join(context.extensionPath, 'runtime');
  const services: Services = {
    log,
    runs,
    runNames,
    runTree,
    rescanRuns: runWatch.rescan,
    dashboard,
    checkpoints,
    flamegraphs,
    checkpointViewer,
    language,
    modules,
    runtimeFolder,
    prepare,
    settings: readSettings,
  };
  const byId = new Map(commands.map((command) => [command.id as string, command]));

  let cancelRefresh: (() => void) | undefined;
  let cancelNaming: (() => void) | undefined;
  const refreshSoon = () => {
    cancelRefresh ??= realSchedule(REFRESH_MS, () => {
      cancelRefresh = undefined;
      checkpoints.refresh();
    });
  };
  const life = vscode.Disposable.from(
    hookLens,
    failures,
    dashboard,
    checkpoints,
    modules,
    language.onIdle(() => modules.refresh()),
    vscode.workspace.onDidSaveTextDocument((document) => {
      if (isLightningFile(document)) modules.refresh();
    }),
    runTree,
    runWatch,
    showRunStatus(runs),
    checkpointViewer,
    dropCheckpoints(),
    watchCheckpoints(refreshSoon),
    runs.onChange(({ change }) => {
      if (change.event?.type === 'profile') hookLens.show(change.event);
      // Watchers may be slow or absent; our own runs tell us.
      if (change.event?.type === 'checkpoint') refreshSoon();
    }),
    runs.onEnd(refreshSoon),
    runs.onRecords(() => {
      cancelNaming ??= realSchedule(REFRESH_MS, () => {
        cancelNaming = undefined;
        nameRuns();
      });
    }),
  );
  return {
    dashboard,
    flamegraphs,
    runTree,
    checkpoints,
    checkpointViewer,
    checkpointDrag,
    modules,
    debug: new LightningDebugProvider(prepare),
    tasks: new LightningTaskProvider(prepare, language),
    tools: new LanguageModelTools(services),
    async execute(id, args) {
      const command = byId.get(id);
      if (!command) throw new Error(`There is no command ${id}.`);
      return executeCommand(services, command, args);
    },
    dispose() {
      cancelRefresh?.();
      cancelNaming?.();
      runs.dispose(); // first: their end is not shown any more
      disk.dispose();
      life.dispose();
    },
  };
}
