import type { LightningModule, Trainer } from 'lightning-tfjs';
import type { LogEntry, ModuleSpec, Place } from './scenario.js';

/** What a scenario's module, callbacks and data module see of one run, in the format's words. */
export class RunLog {
  readonly calls: string[] = [];
  readonly stages: string[] = [];
  readonly events: string[] = [];
  readonly batchesSeen: unknown[] = [];
  readonly loaderCalls: string[] = [];
  readonly trainOutputs: unknown[] = [];
  readonly weightHistory: number[][] = [];
  readonly validationWeights: number[][] = [];
  readonly lrHistory: number[][] = [];
  readonly momentumHistory: number[][] = [];
  readonly writes: unknown[] = [];
  estimatedSteppingBatches: unknown;
  /** Sizes of the batches that training steps saw, repetitions left out. */
  readonly triedBatchSizes: number[] = [];

  /** A training step begins on so many samples. @throws RangeError as the platform does when memory is full */
  tryBatchSize(samples: number, limit: number | null | undefined): void {
    if (this.triedBatchSizes.at(-1) !== samples) this.triedBatchSizes.push(samples);
    if (typeof limit === 'number' && samples > limit) throw new RangeError('Array buffer allocation failed');
  }
}

/** What lives as long as a scenario: who takes part, and what was seen last. */
export class Stage {
  trainer: Trainer | undefined;
  module: LightningModule | undefined;
  spec: ModuleSpec = {};
  log = new RunLog();
  /** Number of the batch that was seen last. */
  batchIdx = 0;
  /** Mean of the batch that was seen last. */
  batchMean = 0;
  /** The loss of the step that ran last; undefined when it had none. */
  loss: number | undefined;
  /** How often each log entry with a series was executed. */
  readonly #executions = new Map<LogEntry, number>();

  /** A new module takes the place of the one before: what it logs begins anew. */
  beginModule(spec: ModuleSpec): void {
    this.spec = spec;
    this.#executions.clear();
  }

  /** True during the sanity check. */
  get isSanityCheck(): boolean {
    return this.trainer?.stage === 'sanity-check';
  }

  get currentEpoch(): number {
    return this.trainer?.currentEpoch ?? 0;
  }

  /** Counts one execution of a log entry; the number of those before. */
  countExecution(entry: LogEntry): number {
    const before = this.#executions.get(entry) ?? 0;
    this.#executions.set(entry, before + 1);
    return before;
  }

  /** What happens on entry of each hook: it is recorded, and what the scenario wants to go wrong goes wrong. */
  enter(name: string): void {
    this.log.calls.push(name);
    const { raise_at: raise, stop_at: stop } = this.spec;
    if (raise && this.#isAt(raise, name) && (raise.in_sanity || !this.isSanityCheck)) {
      if (raise.kind === 'interrupt') {
        this.trainer?.signals.requestStop();
        throw new Error('KeyboardInterrupt');
      }
      throw new Error(raise.message);
    }
    if (stop && this.trainer && this.#isAt(stop, name)) this.trainer.shouldStop = true;
  }

  #isAt({ hook, epoch, batch }: Place, name: string): boolean {
    if (hook !== name) return false;
    return (epoch === undefined || epoch === this.currentEpoch) && (batch === undefined || batch === this.batchIdx);
  }
}
