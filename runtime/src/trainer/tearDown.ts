import { setModuleHost, untoggle } from '../core/index.js';
import { LightningError } from '../errors/index.js';
import type { RunEndReason } from '../protocol/index.js';
import { toErrorEvent } from '../sourceMaps/index.js';
import type { ActiveRun } from './activeRun.js';
import { toWireMetrics } from './runEvents.js';
import type { Trainer } from './trainer.js';

/** Stopped from outside: everything done so far is kept in a checkpoint. */
export async function endStopped(trainer: Trainer, run: ActiveRun): Promise<void> {
  if (run.kind === 'fit' && run.leavesTraces) await trainer.saveLastCheckpoint();
  const stopped = new LightningError({ code: 'stopped', found: 'The run was stopped.' });
  await run.hooks.callCallbacks('onException', stopped);
  await run.datamodule?.onException(stopped);
}

/** Tells listeners and hooks what went wrong. */
export async function endFailed(trainer: Trainer, run: ActiveRun, error: unknown): Promise<void> {
  const cause = error instanceof Error ? error : new Error(String(error));
  trainer.events.send(await toErrorEvent(cause));
  try {
    await run.hooks.callCallbacks('onException', cause);
    await run.datamodule?.onException(cause);
  } catch (another) {
    process.emitWarning(`An onException hook failed: ${String(another)}`); // the first error is the one to show
  }
}

/** What comes after the loops, however they ended. */
export async function tearDown(trainer: Trainer, run: ActiveRun, reason: RunEndReason): Promise<void> {
  const { kind, module, data, hooks, optimizers, publisher } = run;
  try {
    if (reason === 'failed') return; // onException was called, and PyTorch Lightning's teardown hooks are not
    await hooks.callDataModule('teardown', kind);
    await hooks.call('teardown', kind);
  } finally {
    await data.release();
    await settleCheckpoints(trainer, reason);
    await publisher.loggers.finalize(reason === 'finished' ? 'success' : 'failed');
    for (const { optimizer } of optimizers) optimizer.zeroGrad();
    untoggle(module); // a step that threw may have left it so
    if (run.leavesTraces) trainer.profiler.publish(); // its last word belongs before the run's
    if (run.leavesTraces) announceEnd(trainer, run, reason);
    setModuleHost(module, undefined);
  }
}

/** Checkpoints that are still being written: the run ends with them. After a failure, that one is the error to show. */
async function settleCheckpoints(trainer: Trainer, reason: RunEndReason): Promise<void> {
  try {
    await trainer.settleCheckpoints();
  } catch (error) {
    if (reason !== 'failed') throw error;
    process.emitWarning(`A checkpoint could not be written: ${String(error)}`);
  }
}

function announceEnd(trainer: Trainer, { publisher }: ActiveRun, reason: RunEndReason): void {
  trainer.events.send({
    type: 'run-ended',
    reason,
    epoch: trainer.currentEpoch,
    globalStep: trainer.globalStep,
    metrics: toWireMetrics(publisher.callbackMetrics),
    checkpoint: trainer.checkpointCallback?.lastModelPath || trainer.checkpointCallback?.bestModelPath || null,
  });
  trainer.events.close();
}
