/** The Trainer, as users get it: `trainer PROBLEM ENGINE STEPS bare|defaults|everyStep`. A round gives the time of one step. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Callback,
  DataLoader,
  LightningModule,
  optim,
  TensorDataset,
  type tf as Tensorflow,
  Trainer,
  type TrainerOptions,
  tf,
} from 'lightning-tfjs';
import { noise } from '../data.js';
import { lossOf, PROBLEMS, type ProblemName } from '../models.js';
import { serve } from './serve.js';

/** What a run says of itself: nothing, all that it does by default, or that with a row of metrics for each step. */
const OUTPUTS = {
  bare: {
    logger: false,
    enableCheckpointing: false,
    enableProgressBar: false,
    enableModelSummary: false,
    enableRunEvents: false,
  },
  defaults: { logger: true, enableCheckpointing: true, enableProgressBar: true },
  everyStep: { logger: true, enableCheckpointing: true, enableProgressBar: true, logEveryNSteps: 1 },
} as const satisfies Record<string, TrainerOptions>;

const [problemName, engine, stepCount, output] = process.argv.slice(2) as [
  ProblemName,
  'wasm' | 'cpu',
  string,
  keyof typeof OUTPUTS,
];
const steps = Number(stepCount);
/** Steps before the clock starts: what a run does once is not a step's time. */
const LEAD = Math.min(5, steps);
const { batchSize, sampleShape, createModel } = PROBLEMS[problemName];
const count = batchSize * (LEAD + steps);
const { values, labels } = noise(count, sampleShape);

type Batch = [samples: Tensorflow.Tensor, labels: Tensorflow.Tensor];

class Subject extends LightningModule {
  readonly net = createModel(tf);

  override trainingStep([samples, digits]: Batch) {
    const loss = lossOf(tf, this.net, samples, digits);
    if (output !== 'bare') this.log('train_loss', loss, { progBar: true });
    return loss;
  }

  override configureOptimizers() {
    return new optim.Adam(this.parameters());
  }

  override trainDataloader() {
    const dataset = new TensorDataset(
      { data: values, shape: [count, ...sampleShape] },
      { data: labels, shape: [count] },
    );
    return new DataLoader(dataset, { batchSize });
  }
}

/** Notes the time at the end of each batch. */
class Clock extends Callback {
  readonly ends: number[] = [];

  override onTrainBatchEnd() {
    this.ends.push(performance.now());
  }
}

const module = new Subject();

serve(async () => {
  const clock = new Clock();
  const defaultRootDir = mkdtempSync(join(tmpdir(), 'lightning-bench-'));
  try {
    const trainer = new Trainer({ ...OUTPUTS[output], defaultRootDir, engine, maxEpochs: 1, callbacks: [clock] });
    await trainer.fit(module);
    return ((clock.ends.at(-1) ?? Number.NaN) - (clock.ends[LEAD - 1] ?? Number.NaN)) / steps;
  } finally {
    rmSync(defaultRootDir, { recursive: true, force: true });
  }
});
