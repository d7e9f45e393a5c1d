import type { LightningDataModule, LightningModule } from '../core/index.js';
import { MisconfigurationError } from '../errors/index.js';
import type { Search, Trainer } from '../trainer/index.js';
import { hasAttribute, setAttribute } from './attributes.js';
import { above, count, flag, oneOf, type Rule, resolve, text } from './checkOptions.js';
import { LearningRateSweep, SWEEP_MODES, type SweepMode } from './learningRateSweep.js';
import { type LearningRateResults, LRFinder } from './learningRates.js';
import { SweepRecorder } from './sweepRecorder.js';

/** How a search for the learning rate goes. */
export interface LRFindOptions {
  /** The rate to begin with; default 1e-8. */
  minLr?: number;
  /** The rate to end with; default 1. */
  maxLr?: number;
  /** Rates to try: one for each update; default 100. */
  numTraining?: number;
  /** How the rate grows; default 'exponential'. */
  mode?: SweepMode;
  /** Stop when the smoothed loss is more than this many times the best one; null: never; default 4. */
  earlyStopThreshold?: number | null;
  /** Write the suggestion into the module; default true. */
  updateAttr?: boolean;
  /** Where to: a field of the module, of its hyperparameters or of the data module; default: `lr`, or else `learningRate`. */
  attrName?: string;
}

const DEFAULTS: Required<LRFindOptions> = {
  minLr: 1e-8,
  maxLr: 1,
  numTraining: 100,
  mode: 'exponential',
  earlyStopThreshold: 4,
  updateAttr: true,
  attrName: '',
};

const [isThreshold, threshold] = above(0);
const RULES: Readonly<Record<keyof LRFindOptions, Rule>> = {
  minLr: above(0),
  maxLr: above(0),
  numTraining: count(1),
  mode: oneOf(SWEEP_MODES),
  earlyStopThreshold: [(value) => value === null || isThreshold(value), `${threshold}, or null`],
  updateAttr: flag,
  attrName: text,
};

/** Options with defaults filled in. @throws MisconfigurationError naming the option */
export function resolveLRFind(owner: string, options: LRFindOptions): Required<LRFindOptions> {
  const resolved = resolve(owner, options, DEFAULTS, RULES);
  if (resolved.minLr < resolved.maxLr) return resolved;
  throw new MisconfigurationError({
    code: 'tuner-option',
    found: `${owner}: \`minLr\` is ${resolved.minLr} and \`maxLr\` is ${resolved.maxLr}.`,
    allowed: 'a minLr below maxLr',
  });
}

/**
 * Trains for some steps with a learning rate that grows, notes the losses, and puts everything back. To be called in a run of fit.
 * Source: PyTorch Lightning, `tuner/lr_finder.py`.
 * @returns null in a fast dev run, where nothing is searched
 * @throws MisconfigurationError when there is nowhere to write the rate, or not one optimizer
 */
export async function findLearningRate(
  trainer: Trainer,
  module: LightningModule,
  options: Required<LRFindOptions>,
): Promise<LRFinder | null> {
  if (trainer.fastDevRun > 0) {
    process.emitWarning('The learning rate finder is skipped, since `fastDevRun` is enabled.');
    return null;
  }
  const { numTraining, mode, minLr, maxLr, updateAttr } = options;
  const limits = { limitEvaluationBatches: numTraining };
  const { finder, datamodule, isStopped } = await trainer.search(limits, async (search) => {
    const { datamodule } = search;
    if (updateAttr) attributeName(module, datamodule, options.attrName);
    const results = await sweep(trainer, search, options);
    return { finder: new LRFinder(mode, results), datamodule, isStopped: search.isStopped };
  });
  if (finder.results.lr.length < numTraining && !isStopped) {
    trainer.print(
      `The learning rate finder stopped after ${finder.results.lr.length} of ${numTraining} steps (${minLr} to ${maxLr}).`,
    );
  }
  const lr = updateAttr && !isStopped ? finder.suggestion() : null;
  if (lr !== null) {
    setAttribute(module, datamodule, attributeName(module, datamodule, options.attrName), lr);
    for (const { paramGroups } of trainer.optimizers) for (const group of paramGroups) group.lr = lr;
    trainer.print(`Learning rate set to ${lr}`);
  }
  return finder;
}

async function sweep(
  trainer: Trainer,
  search: Search,
  { minLr, maxLr, numTraining, mode, earlyStopThreshold }: Required<LRFindOptions>,
): Promise<LearningRateResults> {
  const { optimizers } = trainer;
  const [optimizer] = optimizers;
  if (!optimizer || optimizers.length > 1) {
    throw new MisconfigurationError({
      code: 'several-optimizers',
      found: `configureOptimizers returned ${optimizers.length} optimizers, and the learning rate finder works with a single one.`,
      fix: 'Search with a module that has one optimizer, and give the rate to the others yourself.',
    });
  }
  const groups = optimizer.paramGroups as { lr: number; initialLr?: number }[]; // schedulers note it there
  const before = groups.map(({ initialLr }) => initialLr);
  try {
    for (const group of groups) Object.assign(group, { lr: minLr, initialLr: minLr });
    const scheduler = new LearningRateSweep(optimizer, { endLr: maxLr, steps: numTraining, mode });
    const recorder = new SweepRecorder(trainer, scheduler, earlyStopThreshold);
    const settings = { interval: 'step', frequency: 1, monitor: null, strict: true, name: null } as const;
    await search.trial({
      maxSteps: numTraining,
      hooks: {
        onTrainBatchStart: (_trainer, _module, _batch, batchIdx) => recorder.begin(batchIdx),
        onTrainBatchEnd: (_trainer, _module, outputs, _batch, batchIdx) => recorder.end(outputs, batchIdx),
      },
      schedulers: [{ ...settings, scheduler, reduceOnPlateau: false }],
    });
    return recorder;
  } finally {
    for (const [index, group] of groups.entries()) {
      if (before[index] === undefined) delete group.initialLr;
      else group.initialLr = before[index];
    }
  }
}

/** The field to write the rate to. @throws MisconfigurationError when there is none */
function attributeName(module: LightningModule, datamodule: LightningDataModule | undefined, given: string): string {
  const names = given === '' ? ['lr', 'learningRate'] : [given];
  const found = names.find((name) => hasAttribute(module, datamodule, name));
  if (found !== undefined) return found;
  throw new MisconfigurationError({
    code: 'no-attribute',
    found: `There is nowhere to write the learning rate: neither ${module.constructor.name} nor its hparams have ${names.map((name) => `\`${name}\``).join(' or ')}.`,
    fix: 'Add a field lr that configureOptimizers reads, name yours in `attrName`, or set `updateAttr: false`.',
    blame: module.configureOptimizers,
  });
}
