import { MisconfigurationError } from '../errors/index.js';
import { isProgressState, type ProgressState } from './progress.js';

/** The training epoch's part of a checkpoint; keys are PyTorch Lightning's. */
export interface TrainingEpochState {
  readonly 'epoch_loop.state_dict': {
    readonly _batches_that_stepped: number;
    /** Metrics that schedulers look at, so that these go on as if the run had not stopped; PyTorch Lightning does not have it. */
    readonly monitored?: Readonly<Record<string, number>>;
    /** True when a batch has stepped that `_batches_that_stepped` does not count yet; PyTorch Lightning does not tell. */
    readonly uncounted?: boolean;
    /** True when a person stopped the run before the validation that the last batch was due; PyTorch Lightning has no such stop. */
    readonly owes_validation?: boolean;
  };
  readonly 'epoch_loop.batch_progress': ProgressState & { readonly is_last_batch: boolean };
  readonly 'epoch_loop.automatic_optimization.optim_progress': {
    readonly optimizer: { readonly step: ProgressState; readonly zero_grad: ProgressState };
  };
  /** Steps of learning rate schedulers. */
  readonly 'epoch_loop.scheduler_progress'?: ProgressState;
  /** Steps under manual optimization. */
  readonly 'epoch_loop.manual_optimization.optim_step_progress': ProgressState;
  readonly 'epoch_loop.val_loop.batch_progress': ProgressState & { readonly is_last_batch?: boolean };
}

/** The fit loop's part of a checkpoint; keys are PyTorch Lightning's. */
export interface FitLoopState extends TrainingEpochState {
  /** `combined_loader`: the training loader's own state. */
  readonly state_dict: Readonly<Record<string, unknown>>;
  readonly epoch_progress: ProgressState;
  /** What was logged so far. Named as in PyTorch Lightning 1.6, the only version that had it. */
  readonly 'epoch_loop._results'?: unknown;
}

/** What each entry must be; a new entry without a row does not compile. */
const CHECKS: Readonly<Record<keyof FitLoopState, (value: unknown) => boolean>> = {
  state_dict: isRecord,
  epoch_progress: isProgressState,
  'epoch_loop._results': () => true, // whoever takes it back looks at each value
  'epoch_loop.state_dict': (value) =>
    isRecord(value) &&
    Number.isSafeInteger(value._batches_that_stepped) &&
    (value.monitored === undefined || isRecordOfNumbers(value.monitored)) &&
    [value.uncounted, value.owes_validation].every((flag) => flag === undefined || typeof flag === 'boolean'),
  'epoch_loop.batch_progress': (value) =>
    isProgressState(value) && isRecord(value) && typeof value.is_last_batch === 'boolean',
  'epoch_loop.automatic_optimization.optim_progress': (value) =>
    isRecord(value) &&
    isRecord(value.optimizer) &&
    isProgressState(value.optimizer.step) &&
    isProgressState(value.optimizer.zero_grad),
  'epoch_loop.scheduler_progress': isProgressStateOrAbsent,
  'epoch_loop.manual_optimization.optim_step_progress': isProgressStateOrAbsent,
  'epoch_loop.val_loop.batch_progress': isProgressState,
};

/**
 * The state of the fit loop in a checkpoint, checked.
 * @throws MisconfigurationError naming the first entry that is missing or broken
 */
export function checkFitLoopState(state: unknown): FitLoopState {
  const broken = isRecord(state) ? Object.entries(CHECKS).find(([key, check]) => !check(state[key]))?.[0] : 'all of it';
  if (broken === undefined) return state as FitLoopState; // every entry was checked
  throw new MisconfigurationError({
    code: 'checkpoint-progress',
    found: `The checkpoint does not tell where training stood: \`loops.fit_loop\` is missing or broken (${broken}).`,
    fix: 'The file was changed by hand or written by another program; use another checkpoint, or load its weights only.',
  });
}

/** Counters that files of earlier versions lack. */
function isProgressStateOrAbsent(value: unknown): boolean {
  return value === undefined || isProgressState(value);
}

function isRecordOfNumbers(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every((item) => typeof item === 'number');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
