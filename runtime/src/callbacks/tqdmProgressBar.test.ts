import { describe, expect, it } from 'vitest';
import type { LightningModule } from '../core/index.js';
import type { ProgressEvent, RunEvent } from '../protocol/index.js';
import type { Trainer } from '../trainer/index.js';
import { TQDMProgressBar } from './tqdmProgressBar.js';

const BASE: ProgressEvent = {
  type: 'progress',
  time: 1000,
  stage: 'train',
  epoch: 2,
  maxEpochs: 5,
  batch: 0,
  totalBatches: 100,
  globalStep: 1,
  batchesPerSecond: 20,
  metrics: { train_loss: 0.12345, lr: 1e-5 },
};

/** A bar on an output of so many columns, fed with events by hand. */
function bar(columns: number) {
  const lines: string[] = [];
  const progressBar = new TQDMProgressBar({}, { columns, write: (text) => lines.push(text) });
  let show: (event: RunEvent) => void = () => undefined;
  const trainer: Pick<Trainer, 'onEvent'> = {
    onEvent: (listener) => {
      show = listener;
      return () => undefined;
    },
  };
  progressBar.setup(trainer as Trainer, {} as LightningModule); // it uses no more of them
  show({ type: 'stage', time: 0, stage: 'train', state: 'start', epoch: 0 });
  return { lines, show };
}

describe('TQDMProgressBar in a pipe', () => {
  it('prints a line for the last batch', () => {
    const { lines, show } = bar(120);
    show({ ...BASE, batch: 50 });
    show({ ...BASE, batch: 100, time: 5000 });
    expect(lines).toEqual([
      'Epoch 2: 100%|████████████████████| 100/100 [00:05<00:00, 20.0it/s, train_loss=0.123, lr=1.00e-5]\n',
    ]);
  });

  it('prints a line now and then in a long epoch', () => {
    const { lines, show } = bar(120);
    for (const seconds of [1, 5, 12, 13, 23]) show({ ...BASE, batch: seconds, time: seconds * 1000 });
    expect(lines.map((line) => line.slice(0, 14))).toEqual(['Epoch 2:  12%|', 'Epoch 2:  23%|']);
  });

  it.each([
    [80, '…]'],
    [60, '…]'],
  ])('leaves out the metrics that %i columns cannot hold, whole', (columns, end) => {
    const { lines, show } = bar(columns);
    show({ ...BASE, batch: 100, metrics: { train_loss: 0.5, a_rather_long_name_of_a_metric: 1, another: 2 } });
    const line = lines[0]?.trimEnd() ?? '';
    expect(line.length).toBeLessThanOrEqual(columns);
    expect(line.endsWith(end)).toBe(true);
  });

  it('counts without a total where nobody knows it', () => {
    const { lines, show } = bar(120);
    show({ ...BASE, batch: 7, totalBatches: null });
    show({ ...BASE, batch: 400, totalBatches: null, time: 20_000, batchesPerSecond: 0.5 });
    expect(lines).toEqual(['Epoch 2: 400it [00:20, 2.0s/it, train_loss=0.123, lr=1.00e-5]\n']);
  });

  it('shows what is not finite', () => {
    const { lines, show } = bar(120);
    show({ ...BASE, batch: 100, metrics: { loss: 'nan' } });
    expect(lines[0]).toContain('loss=nan');
  });
});

describe('ProgressBar', () => {
  const events = (progressBar: TQDMProgressBar) => {
    let show: (event: RunEvent) => void = () => undefined;
    const trainer = {
      progressBarMetrics: { train_loss: 0.5 },
      onEvent: (listener: typeof show) => {
        show = listener;
        return () => undefined;
      },
    };
    progressBar.setup(trainer as unknown as Trainer, {} as LightningModule); // it uses no more of them
    return (event: RunEvent) => show(event);
  };

  it('shows what getMetrics returns', () => {
    const lines: string[] = [];
    class Own extends TQDMProgressBar {
      override getMetrics(trainer: Trainer, module: LightningModule) {
        return { ...super.getMetrics(trainer, module), phase: 'warmup' };
      }
    }
    events(new Own({}, { columns: 120, write: (text) => lines.push(text) }))({ ...BASE, batch: 100 });
    expect(lines[0]).toContain('train_loss=0.500, phase=warmup]');
  });

  it.each([
    [1, [12, 15, 20, 35, 100]],
    [10, [20, 35, 100]],
    [0, []],
  ])('draws every %i batches, and the last', (refreshRate, drawn) => {
    const lines: string[] = [];
    const output = { columns: 120, write: (text: string) => lines.push(text) };
    const show = events(new TQDMProgressBar({ refreshRate }, output));
    // In a pipe a line comes ten seconds after the one before at the earliest, and the first is held back.
    for (const batch of [1, 12, 15, 20, 35, 100]) show({ ...BASE, batch, time: batch * 100_000 });
    expect(lines.map((line) => Number(/(\d+)\/100/.exec(line)?.[1]))).toEqual(drawn);
  });

  it.each([{ refreshRate: -1 }, { processPosition: 1.5 }, { refreshrate: 2 }])('refuses %o', (options) => {
    expect(() => new TQDMProgressBar(options)).toThrow('TQDMProgressBar');
  });

  it('shows nothing while it is disabled', () => {
    const lines: string[] = [];
    const progressBar = new TQDMProgressBar({}, { columns: 120, write: (text) => lines.push(text) });
    const show = events(progressBar);
    progressBar.disable();
    show({ ...BASE, batch: 100 });
    expect(lines).toEqual([]);
    progressBar.enable();
    show({ ...BASE, batch: 100 });
    expect(lines).toHaveLength(1);
  });
});
