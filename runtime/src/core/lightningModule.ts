import { backward, gradientsOf, zeroGrads } from '../autograd/index.js';
import { MisconfigurationError } from '../errors/index.js';
import type { LRScheduler, Optimizer } from '../optim/index.js';
import * as tf from '../tf.js';
import type { Trainer } from '../trainer/index.js';
import { clipGradients } from './clipGradients.js';
import { isParameter, setRequiresGrad } from './freezing.js';
import { type HParams, toPlainHyperparameters } from './hyperparameters.js';
import type { LightningOptimizer } from './lightningOptimizer.js';
import { ModuleHooks } from './moduleHooks.js';
import { type ModuleHost, moduleHost } from './moduleHost.js';
import type { LRSchedulerLike } from './optimizerConfig.js';
import { type NamedWeight, namedWeights, nestedModules } from './parameters.js';
import type { LogOptions, LogValue } from './results.js';
import { loadWeights, readWeights, type StateDict } from './stateDict.js';

/**
 * A model, its training step and its optimizers, in one class. Fields may hold tfjs layers, models and variables, and
 * other modules: these are its parameters.
 *
 * @typeParam H the hyperparameters, as given to {@link saveHyperparameters}
 * @example
 * class LitRegressor extends LightningModule {
 *   net = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [8] })] });
 *   forward(x: tf.Tensor) { return this.net.apply(x) as tf.Tensor; }
 *   trainingStep([x, y]: [tf.Tensor, tf.Tensor]) {
 *     const loss = tf.losses.meanSquaredError(y, this.forward(x)) as tf.Scalar;
 *     this.log('train_loss', loss, { progBar: true });
 *     return loss;
 *   }
 *   configureOptimizers() { return new optim.Adam(this.parameters(), { lr: 1e-3 }); }
 * }
 */
export abstract class LightningModule<H extends object = object> extends ModuleHooks {
  /** The hyperparameters; set by {@link saveHyperparameters} or by a constructor's parameter of this name. */
  readonly hparams: H = {} as H; // empty until saved: the class that saves them is the one that declares H
  /** True while the module is being trained, false in validation, test and prediction. Pass it to `layer.apply(x, { training })`. */
  training = true;
  #hparamsInitial: HParams = {};

  /** The hyperparameters as they were saved: plain values, a copy. */
  get hparamsInitial(): HParams {
    return this.#hparamsInitial;
  }

  /** What the model computes. `predictStep` calls it. */
  forward(..._inputs: never[]): unknown {
    throw new MisconfigurationError({
      code: 'missing-forward',
      found: `${this.constructor.name} has no forward.`,
      fix: 'Add forward(x), or override predictStep.',
    });
  }

  /** For each prediction batch: the prediction. Calls `forward(batch)`. */
  predictStep(batch: unknown, _batchIdx: number, _dataloaderIdx = 0): unknown {
    return this.forward(batch as never); // what forward takes is the subclass's to know
  }

  /**
   * Computes the gradients of the loss with respect to every trainable parameter that it depends on.
   * @throws MisconfigurationError when it depends on none
   */
  backward(loss: tf.Scalar): void | Promise<void> {
    backward(loss);
  }

  /** Clips as the Trainer's options say; override to clip in another way. */
  configureGradientClipping(
    optimizer: Optimizer,
    gradientClipVal?: number,
    gradientClipAlgorithm?: 'norm' | 'value',
  ): void | Promise<void> {
    this.clipGradients(optimizer, gradientClipVal, gradientClipAlgorithm);
  }

  /** Scales the gradients of the optimizer's parameters to a norm, or cuts them at a value. Does nothing without a value. */
  clipGradients(
    optimizer: Optimizer,
    gradientClipVal?: number,
    gradientClipAlgorithm: 'norm' | 'value' = 'norm',
  ): void {
    if (gradientClipVal !== undefined) clipGradients(optimizer.parameters, gradientClipVal, gradientClipAlgorithm);
  }

  /**
   * Logs a value under a name. In training hooks it counts as a step value, elsewhere as the epoch's mean, unless the
   * options say otherwise; the hook table tells where it is allowed. Outside of a run it warns and does nothing else.
   * @param value a number or a tensor with one element (borrowed)
   * @throws MisconfigurationError outside of the hooks that allow it, and for a value that is not a number
   */
  log(name: string, value: LogValue, options: LogOptions = {}): void {
    const host = moduleHost(this);
    if (host) host.log(name, value, options);
    else process.emitWarning(`log('${name}') was called while no Trainer runs ${this.constructor.name}: it is lost.`);
  }

  /** {@link log} for several values at once. */
  logDict(values: Readonly<Record<string, LogValue>>, options: LogOptions = {}): void {
    for (const [name, value] of Object.entries(values)) this.log(name, value, options);
  }

  /** Prints a line without breaking the progress bar. */
  print(...values: readonly unknown[]): void {
    const text = values.map(String).join(' ');
    const host = moduleHost(this);
    if (host) host.print(text);
    else console.log(text);
  }

  /** The Trainer that runs this module. @throws MisconfigurationError outside of a run */
  get trainer(): Trainer {
    return this.#host('trainer').trainer;
  }

  /** Epochs completed; 0 outside of a run. */
  get currentEpoch(): number {
    return moduleHost(this)?.currentEpoch ?? 0;
  }

  /** Optimizer steps taken; 0 outside of a run. */
  get globalStep(): number {
    return moduleHost(this)?.globalStep ?? 0;
  }

  /** The optimizers of this run, wrapped so that the Trainer counts their steps. */
  optimizers(): readonly LightningOptimizer[] {
    return this.#host('optimizers()').optimizers;
  }

  /**
   * The learning rate schedulers of this run, in the order of configureOptimizers.
   * @typeParam S what they are, where they are your own
   */
  lrSchedulers<S extends LRSchedulerLike = LRScheduler>(): readonly S[] {
    return this.#host('lrSchedulers()').lrSchedulers as readonly S[]; // what configureOptimizers returned is the subclass's to know
  }

  /** The parameters, frozen ones included, in the order of the module's fields. @throws MisconfigurationError for a layer without weights yet */
  parameters(): tf.Variable[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }

  /** The parameters, frozen ones included, with their state-dict names, such as `net.0.kernel`. */
  namedParameters(): [name: string, parameter: tf.Variable][] {
    return this.namedWeights()
      .filter(({ variable }) => isParameter(variable))
      .map(({ name, variable }) => [name, variable]);
  }

  /** All weights with their names: parameters and running statistics. */
  namedWeights(): NamedWeight[] {
    return namedWeights(this);
  }

  /** A copy of all weights on the host. */
  async stateDict(): Promise<StateDict> {
    return readWeights(this.namedWeights());
  }

  /**
   * Puts weights into the module.
   * @param options.strict names must be the same on both sides; default true
   * @throws MisconfigurationError for missing, unknown or wrongly shaped weights; nothing is changed then
   */
  loadStateDict(state: StateDict, options: { strict?: boolean } = {}): void {
    loadWeights(this.namedWeights(), state, options.strict ?? true, this.constructor.name);
  }

  /** Keeps the hyperparameters: they are logged, and stored in checkpoints. */
  saveHyperparameters(hparams: H): void {
    this.#hparamsInitial = toPlainHyperparameters(hparams);
    Object.defineProperty(this, 'hparams', { value: hparams, writable: true, enumerable: true, configurable: true });
  }

  /** Training mode, for this module and those inside it. */
  train(mode = true): this {
    this.training = mode;
    for (const inner of nestedModules(this)) inner.train(mode);
    return this;
  }

  /** Evaluation mode: {@link train} with false. */
  eval(): this {
    return this.train(false);
  }

  /** Keeps all parameters from getting gradients, and goes to evaluation mode: for inference, or for a part that is not to learn. */
  freeze(): void {
    setRequiresGrad(this.parameters(), false);
    this.eval();
  }

  /** Takes back {@link freeze}, and goes to training mode. What tfjs's own `layer.trainable = false` has fixed stays so. */
  unfreeze(): void {
    setRequiresGrad(this.parameters(), true);
    this.train();
  }

  /** Drops all gradients. */
  zeroGrad(): void {
    zeroGrads(this.parameters());
  }

  override onValidationModelZeroGrad(): void | Promise<void> {
    this.zeroGrad();
  }

  onValidationModelEval(): void | Promise<void> {
    this.eval();
  }

  onValidationModelTrain(): void | Promise<void> {
    this.train();
  }

  onTestModelEval(): void | Promise<void> {
    this.eval();
  }

  onTestModelTrain(): void | Promise<void> {
    this.train();
  }

  onPredictModelEval(): void | Promise<void> {
    this.eval();
  }

  /** The gradient of a parameter from the last backward, or undefined. Borrowed: it is freed by zeroGrad. */
  grad(parameter: tf.Variable): tf.Tensor | undefined {
    return gradientsOf(parameter);
  }

  /** Frees every weight. The module cannot be used afterwards. */
  dispose(): void {
    for (const { variable } of this.namedWeights()) tf.dispose(variable);
  }

  #host(what: string): ModuleHost {
    const host = moduleHost(this);
    if (host) return host;
    throw new MisconfigurationError({
      code: 'not-attached',
      found: `${this.constructor.name}.${what} was used while no Trainer runs the module.`,
      fix: 'Use it inside a hook, or start a run with trainer.fit(module).',
    });
  }
}
