import { basename } from 'node:path';
import type {
  CheckpointView,
  MetricValue,
  ProgressView,
  RunEndView,
  RunView,
} from '@lightning-typescript/webview/messages';
import { fromWireNumber } from 'lightning-tfjs/protocol';
import type { RunRecord } from '../runs/runRecord.js';
import { flattenHyperparameters } from './flattenHyperparameters.js';

/** A table of more columns helps nobody. */
const MAX_METRICS = 200;

/** A run as the page shows it, without its points, in a colour of its own. */
export function runView(run: RunRecord, color: number): RunView {
  const { id, title, model, state, end } = run;
  return {
    id,
    title,
    subtitle: subtitle(run),
    state,
    progress: progressView(model),
    end: end ? endView(model, end) : null,
    color,
    startedAt: model.started?.time ?? null,
    hparams: flattenHyperparameters(model.started?.hparams ?? {}),
    metrics: metricValues(run),
  };
}

/** The checkpoints of a run after its first `count`. */
export function checkpointViews({ id, model }: RunRecord, count: number): CheckpointView[] {
  return model.checkpoints.slice(count).map(({ path, epoch, globalStep, time, monitor, score }) => ({
    run: id,
    file: basename(path),
    step: globalStep,
    epoch,
    time,
    monitor,
    score: score === null ? null : fromWireNumber(score),
  }));
}

function subtitle({ request, model: { started } }: RunRecord): string {
  const kind = request?.kind ?? started?.kind ?? '';
  const parts = [request?.options.fastDevRun ? `${kind}, fast_dev_run` : kind];
  if (started?.logDir) parts.push(basename(started.logDir));
  if (started) parts.push(`${started.engine.accelerator} (${started.engine.backend})`);
  return parts.join(' · ');
}

function metricValues({ model, end }: RunRecord): MetricValue[] {
  const values = new Map<string, number>(Object.entries(end?.metrics ?? {}));
  for (const name of model.series.names()) values.set(name, model.series.get(name)?.last ?? Number.NaN);
  return [...values].slice(0, MAX_METRICS).map(([name, value]) => ({ name, value }));
}

function progressView({ progress }: RunRecord['model']): ProgressView | null {
  if (!progress) return null;
  const { stage, epoch, maxEpochs, batch, totalBatches, globalStep, batchesPerSecond } = progress;
  return { stage, epoch, maxEpochs, batch, totalBatches, globalStep, batchesPerSecond };
}

function endView(
  { ended, progress }: RunRecord['model'],
  { checkpoint, error }: NonNullable<RunRecord['end']>,
): RunEndView {
  return {
    epoch: progress?.epoch ?? null, // the counter of a run that finished stands after its last epoch
    globalStep: ended?.globalStep ?? progress?.globalStep ?? 0,
    checkpoint,
    error: error ? { name: error.name, message: error.message, hasLocation: error.location !== null } : null,
  };
}
