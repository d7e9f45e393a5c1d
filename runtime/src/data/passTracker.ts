import { MisconfigurationError } from '../errors/index.js';
import { Generator, type GeneratorState, isGeneratorState } from '../random/index.js';

/** Where a DataLoader stands, fit for JSON: so many batches of this pass were handed out, and this was its order. */
export interface DataLoaderState {
  /** Passes that are over. */
  readonly pass: number;
  /** Batches of the running pass that were handed out. */
  readonly position: number;
  readonly batchSize: number;
  /** The generator as it stood when the running pass began; its order is drawn from it again. */
  readonly generator: GeneratorState;
}

/** One pass that runs, as the tracker knows it. */
export interface Pass {
  /** Batches to leave out, because they were handed out before the state was saved. */
  readonly skip: number;
  /** The order of the samples; undefined for data without an index. */
  readonly order: Int32Array | undefined;
}

/** Counts what a DataLoader has handed out, and turns it into a state and back. */
export class PassTracker {
  readonly #batchSize: number;
  readonly #drawOrder: (generator: Generator) => Int32Array | undefined;
  #pass = 0;
  #position = 0;
  #atStart: GeneratorState;
  /** The generator after the running pass's order was drawn; undefined while no pass runs. */
  #afterDraw: GeneratorState | undefined;
  #running: Pass | undefined;

  constructor(batchSize: number, seed: number, drawOrder: (generator: Generator) => Int32Array | undefined) {
    this.#batchSize = batchSize;
    this.#drawOrder = drawOrder;
    this.#atStart = new Generator(seed).state;
  }

  /** Begins the next pass, or goes on with the one that a loaded state describes. A pass that still runs is over. */
  begin(): Pass {
    if (this.#afterDraw) this.end();
    this.#running = { skip: this.#position, order: this.#draw() };
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
      throw new MisconfigurationError({
        code: 'dataloader-state',
        found: `The saved position is ${state.position} batches of ${state.batchSize} samples; this DataLoader has batchSize ${this.#batchSize}.`,
        fix: `Resume with batchSize ${state.batchSize}, or from a checkpoint that was saved at the end of an epoch.`,
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

  #draw(): Int32Array | undefined {
    const generator = Generator.fromState(this.#atStart);
    const order = this.#drawOrder(generator);
    this.#afterDraw = generator.state;
    return order;
  }
}

function checkState(value: unknown): DataLoaderState {
  const { pass, position, batchSize, generator }: { [K in keyof DataLoaderState]?: unknown } =
    typeof value === 'object' && value !== null ? value : {};
  if (isCount(pass) && isCount(position) && isCount(batchSize) && isGeneratorState(generator)) {
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
