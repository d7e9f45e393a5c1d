import { MisconfigurationError } from '../errors/index.js';
import { Generator, type GeneratorState, isGeneratorState } from '../random/index.js';
import type { BatchPlan } from './batchPlan.js';
import type { PassKey } from './sampleDraws.js';

/** Where a DataLoader stands, fit for JSON: so many batches of this pass were handed out, and this was its order. */
export interface DataLoaderState {
  /** Passes that are over. */
  readonly pass: number;
  /** Batches of the running pass that were handed out. */
  readonly position: number;
  /** Samples in a batch; null where batches have sizes of their own. */
  readonly batchSize: number | null;
  /** The generator as it stood when the running pass began; its order is drawn from it again. */
  readonly generator: GeneratorState;
}

/** One pass that runs, as the tracker knows it. */
export interface Pass {
  /** Batches to leave out, because they were handed out before the state was saved. */
  readonly skip: number;
  /** Undefined for data without an index. */
  readonly plan: BatchPlan | undefined;
  /** What random numbers of the samples follow from. */
  readonly key: PassKey;
}

/** Draws the batches of a pass; undefined for data without an index. */
export type DrawPlan = (generator: Generator) => BatchPlan | undefined;

/** Counts what a DataLoader has handed out, and turns it into a state and back. */
export class PassTracker {
  readonly #batchSize: number | null;
  readonly #drawPlan: DrawPlan;
  #pass = 0;
  #position = 0;
  #atStart: GeneratorState;
  /** The generator after the running pass's order was drawn; undefined while no pass runs. */
  #afterDraw: GeneratorState | undefined;
  #running: Pass | undefined;

  constructor(batchSize: number | null, seed: number, drawPlan: DrawPlan) {
    this.#batchSize = batchSize;
    this.#drawPlan = drawPlan;
    this.#atStart = new Generator(seed).state;
  }

  /** Begins the next pass, or goes on with the one that a loaded state describes. A pass that still runs is over. */
  begin(): Pass {
    if (this.#afterDraw) this.end();
    const { plan, generator } = this.#draw();
    this.#running = { skip: this.#position, plan, key: { pass: this.#pass, generator } };
    return this.#running;
  }

  /** Counts a batch, before it is handed out. A pass that was overtaken by another, or by a loaded state, no longer counts. */
  count(pass: Pass, isLast: boolean): void {
    if (this.#running !== pass) return;
    this.#position += 1;
    if (isLast) this.end();
  }

  /** Ends `pass` if it still runs, for data that turned out to be empty. */
  finish(pass: Pass): void {
    if (this.#running === pass) this.end();
  }

  /** The state becomes that of the next pass's start. Nothing happens when no batch was handed out since the last end. */
  end(): void {
    if (!this.#afterDraw && this.#position === 0) return;
    if (!this.#afterDraw) this.#draw();
    this.#atStart = this.#afterDraw ?? this.#atStart;
    this.#afterDraw = undefined;
    this.#running = undefined;
    this.#pass += 1;
    this.#position = 0;
  }

  state(): DataLoaderState {
    return { pass: this.#pass, position: this.#position, batchSize: this.#batchSize, generator: [...this.#atStart] };
  }

  /** @param length batches a pass, where known */
  load(value: unknown, length: number | undefined): void {
    const state = checkState(value);
    if (state.position > 0 && state.batchSize !== this.#batchSize) {
      const sizes = (size: number | null) =>
        size === null ? 'batches of various sizes' : `batches of ${size} samples`;
      throw new MisconfigurationError({
        code: 'dataloader-state',
        found: `The saved position is after ${state.position} ${sizes(state.batchSize)}; this DataLoader makes ${sizes(this.#batchSize)}.`,
        fix: 'Resume with the batch size that the checkpoint was made with, or from the end of an epoch.',
      });
    }
    if (length !== undefined && state.position > 0 && state.position >= length) {
      throw new MisconfigurationError({
        code: 'dataloader-state',
        found: `The saved position is ${state.position} batches into a pass; this DataLoader has only ${length}.`,
        fix: 'Resume with the data that the checkpoint was made with, or from the end of an epoch.',
      });
    }
    this.#pass = state.pass;
    this.#position = state.position;
    this.#atStart = state.generator;
    this.#afterDraw = undefined;
    this.#running = undefined;
  }

  #draw(): { readonly plan: BatchPlan | undefined; readonly generator: GeneratorState } {
    const generator = Generator.fromState(this.#atStart);
    const plan = this.#drawPlan(generator);
    this.#afterDraw = generator.state;
    return { plan, generator: this.#afterDraw };
  }
}

function checkState(value: unknown): DataLoaderState {
  const { pass, position, batchSize, generator }: { [K in keyof DataLoaderState]?: unknown } =
    typeof value === 'object' && value !== null ? value : {};
  if (isCount(pass) && isCount(position) && (batchSize === null || isCount(batchSize)) && isGeneratorState(generator)) {
    return { pass, position, batchSize, generator };
  }
  throw new MisconfigurationError({
    code: 'dataloader-state',
    found: 'The state of a DataLoader cannot be read.',
    allowed: '{ pass, position, batchSize, generator } as stateDict() returns it',
    fix: 'If it comes from a checkpoint, that file may belong to another kind of loader, or be damaged.',
  });
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
