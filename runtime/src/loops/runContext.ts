import type { FieldKeeper } from '../autograd/index.js';
import type { HookName, LightningModule, LightningOptimizer, LRSchedulerConfig } from '../core/index.js';
import type { Precision } from '../precision/index.js';
import type { Stage } from '../protocol/index.js';
import type * as tf from '../tf.js';

/** Hooks that a module has. */
export type ModuleHookName = Extract<HookName, keyof LightningModule>;

/** What a hook returns. Awaited by the caller: a promise only where the hook, or one of several, is asynchronous. */
export type HookResult<N extends ModuleHookName> =
  | Awaited<ReturnType<LightningModule[N]>>
  | Promise<Awaited<ReturnType<LightningModule[N]>>>;

/** Calls hooks: the one way from the loops to the user's code. */
export interface HookCaller {
  /** Callbacks first, then the module; returns what the module returned. */
  call<N extends ModuleHookName>(name: N, ...args: Parameters<LightningModule[N]>): HookResult<N>;
  /** The module only. */
  callModule<N extends ModuleHookName>(name: N, ...args: Parameters<LightningModule[N]>): HookResult<N>;
  /** The callbacks only. */
  callCallbacks(name: HookName, ...args: readonly unknown[]): Promise<void>;
  /** The three batch transfer hooks; the data module's where it defines them, else the module's. */
  transfer(batch: unknown, dataloaderIdx: number): unknown;
  /** True when the module or a callback defines the hook itself. */
  isOverridden(name: ModuleHookName): boolean;
}

/** A batch as it comes from its loader. */
export interface RawBatch {
  readonly batch: unknown;
  /** The tensors in it that the run must free. */
  readonly owned: readonly tf.Tensor[];
  readonly batchIdx: number;
  readonly isLast: boolean;
  readonly dataloaderIdx: number;
  /** Numbers of its samples in the dataset, where the loader tells; borrowed. */
  readonly indices?: Int32Array | undefined;
}

/** The batches of a pass, in order. */
export interface RawBatches {
  /** The next batch; undefined at the end. To be awaited: a promise only where the batch is not there at once. */
  next(): RawBatch | undefined | Promise<RawBatch | undefined>;
  /** Ends the pass, also before its end: frees what was fetched and not handed out. */
  close(): Promise<void>;
}

/** Hands out batches, in order, within the limits. */
export interface BatchFeeder {
  /** Training batches of an epoch, from this batch on. */
  train(fromBatch: number): RawBatches;
  /** Batches of an epoch; undefined when the loader has no length and no limit. */
  readonly trainBatches: number | undefined;
  /** True when there is something to validate: loaders, a validationStep, and a limit that lets batches through. */
  readonly validates: boolean;
  /** Asks for the training loader, the first time and when it is to be loaded again. */
  prepareTraining(epoch: number): Promise<void>;
  /**
   * Asks for the loaders of an evaluation, the first time and when they are to be loaded again.
   * @param counts false when it does not count for when that is
   */
  prepareEvaluation(stage: EvaluationStage, epoch: number, counts?: boolean): Promise<void>;
  evaluate(stage: EvaluationStage): RawBatches;
  /** Batches a loader; an entry is undefined when it has no length and no limit. */
  batchesOf(stage: EvaluationStage): readonly (number | undefined)[];
  /** The training loader's own state, when it has one. */
  stateDict(): unknown;
}

/** Stages that only look. */
export type EvaluationStage = Exclude<Stage, 'train'>;

/** Takes what steps log, and brings it to loggers, callbacks and progress bar. */
export interface ResultSink {
  /** Called with each batch, so that its size is known to `log`. */
  enterBatch(batch: unknown, dataloaderIdx: number | undefined): void;
  /** Latest values of what was logged, under plain and forked names. */
  metrics(): Readonly<Record<string, number>>;
  publishTrainStep(stepIndex: number, isAccumulating: boolean): void;
  /** The batches of the epoch are over: from here on its metrics are the epoch's values. */
  endTrainBatches(): void;
  publishTrainEpoch(stepIndex: number): void;
  beginEvaluation(stage: EvaluationStage): void;
  /** The batches of the evaluation are over. */
  endEvaluationBatches(): void;
  publishEvaluationStep(stage: EvaluationStage, batchIdx: number): void;
  publishEvaluation(stage: EvaluationStage, stepIndex: number): void;
  endEvaluation(stage: EvaluationStage): void;
}

/** Tells the world how far the run is; cheap enough for every batch. */
export interface Reporter {
  stage(stage: Stage, state: 'start' | 'end', epoch: number): void;
  batchDone(stage: Stage, epoch: number, batch: number, totalBatches: number | undefined): void;
}

/** What asks the run to end, or to wait. */
export interface RunSignals {
  /** A callback or the user's code wants to stop; honoured once the minimum of epochs and steps is reached. */
  shouldStop: boolean;
  /** A person wants to stop now: at the next batch. */
  readonly stopRequested: boolean;
  /**
   * To be awaited after each batch: lets signals and messages in now and then, and holds the run during a pause.
   * @param isBoundary true where {@link atBoundary} may be called too; default false
   */
  betweenBatches(isBoundary?: boolean): Promise<void> | undefined;
  /** To be awaited where all counters agree and no gradient is half summed up: what waits for that is done now. */
  atBoundary(): Promise<void> | undefined;
}

/** Measures parts of the loops. */
export interface Measure {
  start(action: string): void;
  stop(action: string): void;
  profile<Result>(action: string, work: () => Result): Result;
  /** Marks a part of the run that is no action: it is in the profile, and in no report. */
  section<Result>(name: string, category: 'epoch' | 'batch', work: () => Result): Result;
}

/** Limits that the loops keep; from the Trainer's options, and from callbacks that change them. */
export interface LoopLimits {
  /** -1: none. */
  readonly maxEpochs: number;
  readonly minEpochs: number;
  /** -1: none. */
  readonly maxSteps: number;
  readonly minSteps: number;
  readonly accumulateGradBatches: number;
  readonly checkValEveryNEpoch: number | null;
  /** Validate after each this many batches; undefined: at the end of the epoch. */
  readonly valCheckBatch: number | undefined;
  /** Validate when this many milliseconds have passed since the last time; undefined: by batches. */
  readonly valCheckTime: number | undefined;
  /** Logical devices that each batch is split over; undefined: it is not split. */
  readonly dataParallelDevices: number | undefined;
  /** Steps of time in a piece of a batch; 0: it is not split. */
  readonly truncatedBpttSteps: number;
  readonly gradientClipVal: number | undefined;
  readonly gradientClipAlgorithm: 'norm' | 'value';
  /** False: operations are recorded in evaluations too, so that a step there may call backward. */
  readonly inferenceMode: boolean;
}

/** The services of one run. Counters belong to the loops that count; the current batch travels as an argument. */
export interface RunContext {
  readonly module: LightningModule;
  readonly hooks: HookCaller;
  readonly data: BatchFeeder;
  readonly optimizers: readonly LightningOptimizer[];
  readonly schedulers: readonly LRSchedulerConfig[];
  readonly results: ResultSink;
  readonly reporter: Reporter;
  readonly signals: RunSignals;
  readonly limits: LoopLimits;
  /** What is done with losses before backward. */
  readonly precision: Pick<Precision, 'preBackward'>;
  /** Frees what steps leave behind. */
  readonly keeper: FieldKeeper;
  /** Undefined when nobody measures. */
  readonly profiler?: Measure | undefined;
}
