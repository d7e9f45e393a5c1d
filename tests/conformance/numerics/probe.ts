import { LightningModule, type optim, type StepOutput, Trainer, type TrainerOptions, tf } from 'lightning-tfjs';
import type { ScenarioSettings } from '../runScenario.js';

/** What a probe computes and what is seen of it. */
export interface ProbeSettings extends ScenarioSettings {
  readonly parameters: Readonly<Record<string, tf.Variable>>;
  readonly steps: number;
  /** The loss of a step. Called inside the Trainer's tape. */
  readonly loss: () => tf.Tensor;
  readonly optimizer: (parameters: readonly (readonly [string, tf.Variable])[]) => object;
  /** The loss that `optimizer.step` returned, after each step. */
  readonly onStep?: (step: number, loss: number) => void;
  /** After each backward: gradients by name; undefined for those that got none. */
  readonly onGradients?: (gradients: Readonly<Record<string, tf.Tensor | undefined>>) => void;
}

/**
 * A module that is nothing but parameters and a loss: numbers are tested in the place where they are used, a Trainer's
 * run.
 */
class Probe extends LightningModule {
  readonly #settings: ProbeSettings;
  readonly weights: Readonly<Record<string, tf.Variable>>;

  constructor(settings: ProbeSettings) {
    super();
    this.#settings = settings;
    this.weights = settings.parameters;
  }

  override trainDataloader(): number[] {
    return Array.from({ length: this.#settings.steps }, (_, step) => step);
  }

  override trainingStep(): StepOutput {
    return this.#settings.loss();
  }

  override onAfterBackward(): void {
    const entries = Object.entries(this.weights).map(([name, weight]) => [name, this.grad(weight)] as const);
    this.#settings.onGradients?.(Object.fromEntries(entries));
  }

  override async optimizerStep(
    ...[, step, optimizer, closure]: Parameters<LightningModule['optimizerStep']>
  ): Promise<void> {
    const loss = await optimizer.step(closure);
    this.#settings.onStep?.(step + 1, Number(loss?.dataSync()[0]));
  }

  override configureOptimizers(): optim.Optimizer {
    return this.#settings.optimizer(Object.entries(this.weights)) as optim.Optimizer; // by name from the public API
  }
}

/** A Trainer that writes nothing. */
export function silentTrainer(engine: string | undefined, options: TrainerOptions = {}): Trainer {
  return new Trainer({
    logger: false,
    enableCheckpointing: false,
    enableProgressBar: false,
    enableModelSummary: false,
    enableRunEvents: false,
    maxEpochs: 1,
    accelerator: 'cpu',
    ...(engine !== undefined && { engine: engine as NonNullable<TrainerOptions['engine']> }), // checked by the Trainer
    ...options,
  });
}

/** Trains the probe's parameters for so many steps. */
export async function trainProbe(settings: ProbeSettings): Promise<void> {
  await silentTrainer(settings.engine).fit(new Probe(settings));
}

class Glance extends LightningModule {
  readonly #look: () => void;

  constructor(look: () => void) {
    super();
    this.#look = look;
  }

  override predictDataloader(): number[] {
    return [0];
  }

  override predictStep(): undefined {
    tf.tidy(this.#look);
  }
}

/** Computes something on the Trainer's engine, without gradients. */
export async function onEngine(engine: string | undefined, look: () => void): Promise<void> {
  await silentTrainer(engine).predict(new Glance(look));
}
