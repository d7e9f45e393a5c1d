import { basename } from 'node:path';
import type { ProgressView, RunEndView, RunView } from '@lightning-typescript/webview/messages';
import type { Run } from '../runs/run.js';
import { requestTitle } from '../runs/runnable.js';

/** A run as the page shows it, without its metrics. */
export function runView({ id, request, model, state, end }: Run): RunView {
  return {
    id,
    title: model.started?.moduleName ?? requestTitle(request),
    subtitle: subtitle(request, model),
    state,
    progress: progressView(model),
    end: end ? endView(model, end) : null,
  };
}

function subtitle(request: Run['request'], { started }: Run['model']): string {
  const what = request.options.fastDevRun ? `${request.kind}, fast_dev_run` : request.kind;
  const parts = [what];
  if (started?.logDir) parts.push(basename(started.logDir));
  if (started) parts.push(`${started.engine.accelerator} (${started.engine.backend})`);
  return parts.join(' · ');
}

function progressView({ progress }: Run['model']): ProgressView | null {
  if (!progress) return null;
  const { stage, epoch, maxEpochs, batch, totalBatches, globalStep, batchesPerSecond } = progress;
  return { stage, epoch, maxEpochs, batch, totalBatches, globalStep, batchesPerSecond };
}

function endView({ ended, progress }: Run['model'], { checkpoint, error }: NonNullable<Run['end']>): RunEndView {
  return {
    epoch: progress?.epoch ?? null, // the counter of a run that finished stands after its last epoch
    globalStep: ended?.globalStep ?? progress?.globalStep ?? 0,
    checkpoint,
    error: error ? { name: error.name, message: error.message, hasLocation: error.location !== null } : null,
  };
}
