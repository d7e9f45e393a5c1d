import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { summarize } from '../callbacks/index.js';
import type { Checkpoint } from '../checkpoint/index.js';
import { mergeHyperparameters } from '../core/index.js';
import { PROTOCOL_VERSION } from '../protocol/index.js';
import type { ActiveRun } from './activeRun.js';
import { restoreModule } from './checkpointConnector.js';
import { callShardedModel } from './modelWarnings.js';
import { configureOptimizers } from './optimizerConnector.js';
import type { Trainer } from './trainer.js';

/** What comes before the loops: data module, loggers, the module with its weights, optimizers. @param before this Trainer's earlier run */
export async function setUp(
  trainer: Trainer,
  run: ActiveRun,
  before: ActiveRun | undefined,
  checkpoint: Checkpoint | undefined,
): Promise<void> {
  const { kind, datamodule, hooks, publisher } = run;
  if (datamodule) datamodule.trainer = trainer;
  await hooks.callDataModule('prepareData', kind);
  if (hooks.isOverridden('prepareData')) await hooks.callModule('prepareData');
  await publisher.loggers.start();
  if (run.leavesTraces && trainer.options.enableRunEvents && trainer.runDir !== undefined)
    trainer.events.openFile(trainer.runDir);
  await hooks.callDataModule('setup', kind);
  await hooks.call('setup', kind);
  if (hooks.isOverridden('configureModel')) await hooks.callModule('configureModel');
  await callShardedModel(run.module);
  if (checkpoint) await restoreModule(trainer, run, checkpoint);
  if (kind !== 'fit') return;
  await configureOptimizers(trainer, run, before?.optimizers ?? []);
}

/** Tells loggers and listeners what begins. */
export function announce(
  trainer: Trainer,
  run: ActiveRun,
  engine: { accelerator: string; backend: string; why: string },
): void {
  const { module, datamodule, publisher } = run;
  const hparams = mergeHyperparameters(module, datamodule);
  if (trainer.options.enableAutologHparams) {
    publisher.loggers.logHyperparams(Object.keys(hparams).length > 0 ? hparams : undefined, module);
  }
  const {
    callbacks: _callbacks,
    logger: _logger,
    plugins: _plugins,
    hasDefaultLength: _default,
    given: _given,
    legacy: _legacy,
    profiler,
    ...options
  } = trainer.options;
  trainer.events.send({
    type: 'run-started',
    protocol: PROTOCOL_VERSION,
    runId: randomUUID(),
    pid: process.pid,
    host: hostname(),
    kind: run.kind,
    moduleName: module.constructor.name,
    ...(trainer.sourceFile !== undefined && { file: trainer.sourceFile }),
    logDir: trainer.runDir ?? null,
    engine: { accelerator: engine.accelerator, backend: engine.backend, why: engine.why },
    options: { ...options, profiler: typeof profiler === 'object' && profiler ? profiler.constructor.name : profiler },
    hparams,
    summary: summarize(module),
  });
}
