import { backward, gradientsOf, zeroGrads } from '../autograd/index.js';
import { MisconfigurationError } from '../errors/index.js';
import type { Logger } from '../loggers/index.js';
import type { LRScheduler, Optimizer } from '../optim/index.js';
import * as tf from '../tf.js';
import type { Trainer } from '../trainer/index.js';
import { type ClipAlgorithm, clipGradients, settleClipping } from './clipGradients.js';
import { isParameter, setRequiresGrad } from './freezing.js';
import { addHyperparameters, type HParams, type SaveHyperparametersOptions } from './hyperparameters.js';
import type { LightningOptimizer } from './lightningOptimizer.js';
import { type ClassToLoad, type HyperparametersOf, type LoadModuleOptions, loadModule } from './loadFromCheckpoint.js';
import type { LogOptions } from './logOptions.js';
import { checkMetricAttribute, isMetricObject } from './metricObject.js';
import { ModuleHooks } from './moduleHooks.js';
import { type ModuleHost, moduleHost } from './moduleHost.js';
import type { LRSchedulerLike } from './optimizerConfig.js';
import { type NamedWeight, namedWeights, nestedModules } from './parameters.js';
import type { LogValue } from './results.js';
import { loadWeights, readWeights, type StateDict } from './stateDict.js';
import { toggle, untoggle } from './toggling.js';

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
  /** What forward takes, for those who want to see what each layer makes of it; a list is its arguments. Yours to free. */
  declare exampleInputArray?: tf.Tensor | readonly unknown[] | null;
  /**
   * False: trainingStep does the optimization itself, with any number of optimizers: see {@link manualBackward}. Set it in a
   * field or in the constructor.
   */
  automaticOptimization = true;
  /**
   * Above 0: truncated back-propagation through time. Each batch is split into pieces of so many steps (see `tbpttSplitBatch`), and
   * trainingStep(batch, batchIdx, hiddens) is called for each of them, with an update each; it returns `{ loss, hiddens }`.
   * Takes the place of the Trainer's option of this name.
   */
  truncatedBpttSteps = 0;
  /**
   * False: a checkpoint may lack weights of the module, and have others, wherever one is loaded. Undefined, as it is at first, is the
   * same as true.
   */
  declare strictLoading?: boolean;
  #saved: { readonly hparams: object; readonly initial: HParams } = { hparams: {}, initial: {} };

  /**
   * Makes a module of this class as it was when a checkpoint was saved: its constructor is given the checkpoint's hyperparameters, in one
   * object, then its weights are loaded. Files of PyTorch Lightning's have weights under torch's names and in torch's layouts, which an
   * `onLoadCheckpoint(checkpoint)` of the module can turn into its own.
   * @param path of a `.ckpt` file, an `https://` address or `s3://bucket/key`
   * @param overrides hyperparameters that take the place of the checkpoint's, or that it lacks since they were not saved
   * @throws MisconfigurationError when the constructor needs more than there is, does not know what it is given, or makes other weights
   * @example
   * const module = await LitClassifier.loadFromCheckpoint('epoch=2-step=300.ckpt', { lr: 1e-4 });
   */
  static async loadFromCheckpoint<Class extends ClassToLoad<LightningModule>>(
    this: Class,
    path: string,
    overrides?: HyperparametersOf<Class>,
    options: LoadModuleOptions = {},
  ): Promise<InstanceType<Class>> {
    // biome-ignore lint/complexity/noThisInStatic: the subclass that it is called on
    return loadModule(this, path, overrides ?? {}, options);
  }

  /** The hyperparameters as they were saved: plain values, a copy. */
  get hparamsInitial(): HParams {
    return this.#saved.initial;
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
    gradientClipAlgorithm?: ClipAlgorithm,
  ): void | Promise<void> {
    this.clipGradients(optimizer, gradientClipVal, gradientClipAlgorithm);
  }

  /**
   * Scales the gradients of the optimizer's parameters to a norm, or cuts them at a value. What is left out is taken from the
   * Trainer's options; without a value, and for one of 0 or below, it does nothing.
   * @throws MisconfigurationError when it is told otherwise than the Trainer
   */
  clipGradients(
    optimizer: Optimizer | LightningOptimizer,
    gradientClipVal?: number | null,
    gradientClipAlgorithm?: ClipAlgorithm,
  ): void {
    const ofTrainer = moduleHost(this)?.gradientClipping;
    const { value, algorithm } = settleClipping(ofTrainer, gradientClipVal, gradientClipAlgorithm);
    if (value !== undefined) clipGradients(optimizer.parameters, value, algorithm);
  }

  /**
   * Logs a value under a name. In training hooks it counts as a step value, elsewhere as the epoch's mean, unless the
   * options say otherwise; the hook table tells where it is allowed. Outside of a run it warns and does nothing else.
   * @param value a number, a tensor with one element (borrowed), or a metric object that computes one
   * @throws MisconfigurationError outside of the hooks that allow it, and for a value that is not a number
   */
  log(name: string, value: LogValue, options: LogOptions = {}): void {
    const host = moduleHost(this);
    if (typeof value === 'object' && options.metricAttribute === undefined && isMetricObject(value)) {
      checkMetricAttribute(this, name, value);
    }
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

  /** The Trainer's first logger; undefined when it has none, and outside of a run. */
  get logger(): Logger | undefined {
    return this.loggers[0];
  }

  /** The Trainer's loggers; empty outside of a run. */
  get loggers(): readonly Logger[] {
    return moduleHost(this)?.loggers ?? [];
  }

  /** Epochs completed; 0 outside of a run. */
  get currentEpoch(): number {
    return moduleHost(this)?.currentEpoch ?? 0;
  }

  /** Optimizer steps taken; 0 outside of a run. */
  get globalStep(): number {
    return moduleHost(this)?.globalStep ?? 0;
  }

  /**
   * The optimizers of this run in the order of configureOptimizers, wrapped so that the Trainer counts their steps. Always a
   * list, also of one: `const [optimizer] = this.optimizers()`.
   * @param options.usePlOptimizer false: as configureOptimizers returned them, whose steps no one counts
   */
  optimizers(options?: { readonly usePlOptimizer?: true }): readonly LightningOptimizer[];
  optimizers(options: { readonly usePlOptimizer: false }): readonly Optimizer[];
  optimizers(options?: { readonly usePlOptimizer?: boolean }): readonly (LightningOptimizer | Optimizer)[];
  optimizers({ usePlOptimizer = true } = {}): readonly (LightningOptimizer | Optimizer)[] {
    const { optimizers } = this.#host('optimizers()');
    return usePlOptimizer ? optimizers : optimizers.map(({ optimizer }) => optimizer);
  }

  /**
   * Under manual optimization: adds the gradients of a loss, as often as the step likes. To be awaited.
   * @param loss a scalar that was computed in this step (borrowed)
   * @throws MisconfigurationError under automatic optimization, and for a loss that depends on no parameter
   * @example
   * const [optimizer] = this.optimizers();
   * optimizer.zeroGrad();
   * await this.manualBackward(loss);
   * await optimizer.step();
   */
  manualBackward(loss: tf.Tensor): Promise<void> {
    const host = this.#host('manualBackward()');
    if (!this.automaticOptimization) return host.manualBackward(loss);
    throw new MisconfigurationError({
      code: 'automatic-optimization',
      found: `${this.constructor.name}.manualBackward was called under automatic optimization, where the Trainer calls backward.`,
      fix: 'Set automaticOptimization = false in the module, or return the loss.',
      blame: this.trainingStep,
    });
  }

  /**
   * Keeps the parameters that only other optimizers have from getting gradients, until {@link untoggleOptimizer}. A loss must be
   * computed and go through manualBackward in between.
   */
  toggleOptimizer(optimizer: Optimizer | LightningOptimizer): void {
    const all = this.#host('toggleOptimizer()').optimizers.map((each) => each.optimizer);
    toggle(this, 'optimizer' in optimizer ? optimizer.optimizer : optimizer, all);
  }

  /** Takes back {@link toggleOptimizer}. @param _optimizer as PyTorch Lightning has it: only one is toggled at a time */
  untoggleOptimizer(_optimizer?: Optimizer | LightningOptimizer): void {
    untoggle(this);
  }

  /** {@link toggleOptimizer} until what it returns is disposed: `using _toggled = this.toggledOptimizer(optimizer);` */
  toggledOptimizer(optimizer: Optimizer | LightningOptimizer): Disposable {
    this.toggleOptimizer(optimizer);
    return { [Symbol.dispose]: () => this.untoggleOptimizer(optimizer) };
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

  /**
   * Keeps the hyperparameters: they are logged, and stored in checkpoints, where {@link loadFromCheckpoint} finds them. A subclass may save
   * more than its base: they stand beside each other.
   * @throws MisconfigurationError when they are no object
   */
  saveHyperparameters(hparams: H, options?: SaveHyperparametersOptions<H>): void {
    this.#saved = addHyperparameters(this, this.#saved, hparams, options);
    const value = this.#saved.hparams;
    Object.defineProperty(this, 'hparams', { value, writable: true, enumerable: true, configurable: true });
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
