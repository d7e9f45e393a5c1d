import { existsSync, readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { stringify } from 'yaml';
import { isAddress, resolvePlace } from '../checkpoint/index.js';
import type { LightningModule } from '../core/index.js';
import { MisconfigurationError, nearest } from '../errors/index.js';
import type { RunKind } from '../protocol/index.js';
import type { Trainer } from '../trainer/index.js';
import { Callback } from './callback.js';
import { fillInName, type NameValues } from './checkpointName.js';
import {
  type CheckpointSettings,
  type ModelCheckpointOptions,
  settleCheckpointOptions,
} from './modelCheckpointOptions.js';
import { isBetter, worstScore } from './monitorMode.js';
import { generateStateKey } from './stateKey.js';

const LAST = 'last';
const EXTENSION = '.ckpt';

/**
 * Saves checkpoints while training: the best by a monitored metric, and the last. State: the scores and paths of what it kept.
 * Source: PyTorch Lightning, `callbacks/model_checkpoint.py` (names, order, ties, versions).
 */
export class ModelCheckpoint extends Callback {
  /** Path of the best checkpoint, or of the newest without `monitor`; '' before the first. */
  bestModelPath = '';
  bestModelScore: number | null = null;
  currentScore: number | null = null;
  /** Path and score of every checkpoint that is kept for its score. */
  readonly bestKModels = new Map<string, number>();
  /** The worst of those; '' until there are as many as are kept. */
  kthBestModelPath = '';
  kthValue: number;
  /** Path of the newest `last` checkpoint; '' before the first. */
  lastModelPath = '';
  readonly #options: CheckpointSettings;
  #dirpath: string | undefined;
  #lastGlobalStepSaved = 0;
  #lastSaved = '';
  #lastTimeChecked: number | undefined;
  #defersToValidation = false;
  #removed: string[] = [];
  #hasWarned = false;

  /** @throws MisconfigurationError for an option that does not exist, and options that contradict each other */
  constructor(options: ModelCheckpointOptions = {}) {
    super();
    this.#options = settleCheckpointOptions(options);
    this.kthValue = worstScore(this.#options.mode);
    const { dirpath } = this.#options;
    if (dirpath !== null && dirpath !== '') this.#dirpath = resolvePlace(dirpath.replace(/^~(?=$|[\\/])/, homedir()));
  }

  /** The folder of the files; undefined before the first run, unless it was given. */
  get dirpath(): string | undefined {
    return this.#dirpath;
  }

  /** The metric that decides; undefined: the newest is kept. */
  get monitor(): string | undefined {
    return this.#options.monitor ?? undefined;
  }

  /** How many of the best are kept; -1: all. */
  get saveTopK(): number {
    return this.#options.saveTopK;
  }

  override get stateKey(): string {
    const { monitor, mode, everyNTrainSteps, everyNEpochs, trainTimeInterval } = this.#options;
    return generateStateKey(this, {
      monitor,
      mode,
      every_n_train_steps: everyNTrainSteps,
      every_n_epochs: everyNEpochs,
      train_time_interval: trainTimeInterval === null ? null : { milliseconds: trainTimeInterval },
    });
  }

  override get isMonitor(): boolean {
    return true;
  }

  override get writesCheckpoints(): boolean {
    return true;
  }

  override setup(trainer: Trainer, _module: LightningModule, stage: RunKind): void {
    this.#dirpath ??= defaultFolder(trainer);
    if (stage === 'fit' && this.#options.saveTopK !== 0 && hasFiles(this.#dirpath)) {
      process.emitWarning(`Checkpoint directory ${this.#dirpath} exists and is not empty.`);
    }
  }

  override onTrainStart(): void {
    this.#lastTimeChecked = this.#options.now();
  }

  override onTrainBatchEnd(trainer: Trainer, module: LightningModule): void | Promise<void> {
    const { everyNTrainSteps } = this.#options;
    const isStepDue = everyNTrainSteps > 0 && trainer.globalStep % everyNTrainSteps === 0;
    const isTimeDue = this.#isTimeDue();
    if (isStepDue || isTimeDue) return this.#saveForBatch(trainer, module); // most batches need no promise
  }

  async #saveForBatch(trainer: Trainer, module: LightningModule): Promise<void> {
    const candidates = this.#candidates(trainer);
    // The metric comes from the next validation: its end saves, then.
    if (this.#lacksMetric(candidates) || this.#isSoonNewer(trainer, module)) this.#defersToValidation = true;
    else if (!this.#skips(trainer)) await this.#save(trainer, candidates);
  }

  override async onTrainEpochEnd(trainer: Trainer): Promise<void> {
    if (!this.#skips(trainer) && this.#savesOnTrainEpochEnd(trainer)) await this.#saveForEpoch(trainer);
  }

  override async onValidationEnd(trainer: Trainer): Promise<void> {
    if (this.#skips(trainer) || this.#savesOnTrainEpochEnd(trainer)) return;
    const wasDeferred = this.#defersToValidation;
    this.#defersToValidation = false;
    if (wasDeferred) await this.#save(trainer, this.#candidates(trainer));
    else await this.#saveForEpoch(trainer);
  }

  override async onTrainEnd(trainer: Trainer): Promise<void> {
    if (this.#options.saveLast && this.#lastSaved === '' && trainer.fastDevRun === 0)
      await this.#replaceLast(trainer, (path) => this.#write(trainer, path));
  }

  override async onException(trainer: Trainer, _module: LightningModule, error: Error): Promise<void> {
    if (!this.#options.saveOnException || this.#skips(trainer)) return;
    this.#removed = [];
    const path = this.#pathOf(`${this.#fileName(this.#candidates(trainer))}${EXTENSION}`);
    await this.#write(trainer, path);
    await this.#report(trainer, path);
    await this.#saveLastToo(trainer);
    trainer.print(`An ${error.name} was raised with message: ${error.message}, saved checkpoint to ${path}`);
  }

  /**
   * Writes `last.ckpt` now, with all that a run needs to go on, whatever the options say: the run is being stopped, or somebody asked. It
   * does not count as one of those that the options ask for. Returns its path.
   */
  async saveLast(trainer: Trainer): Promise<string> {
    return this.#replaceLast(trainer, (path) => trainer.saveCheckpoint(path));
  }

  /** Writes paths and scores of {@link bestKModels} as YAML. @param path default `best_k_models.yaml` beside the checkpoints */
  async toYaml(path = join(this.#folder, 'best_k_models.yaml')): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, stringify(Object.fromEntries(this.bestKModels)));
  }

  override stateDict(): Record<string, unknown> {
    return {
      monitor: this.monitor ?? null,
      best_model_score: this.bestModelScore,
      best_model_path: this.bestModelPath,
      current_score: this.currentScore,
      dirpath: this.#dirpath ?? null,
      best_k_models: Object.fromEntries(this.bestKModels),
      kth_best_model_path: this.kthBestModelPath,
      kth_value: this.kthValue,
      last_model_path: this.lastModelPath,
      // PyTorch Lightning keeps none of these, so that a run that goes on may save once more, or once less.
      ...(this.#lastGlobalStepSaved > 0 && { last_global_step_saved: this.#lastGlobalStepSaved }),
      ...(this.#lastSaved !== '' && { last_checkpoint_saved: this.#lastSaved }),
      ...(this.#defersToValidation && { defers_to_validation: true }),
    };
  }

  override loadStateDict(state: Record<string, unknown>): void {
    const text = (key: string) => (typeof state[key] === 'string' ? state[key] : '');
    const number = (key: string) => (typeof state[key] === 'number' ? state[key] : null);
    this.bestModelPath = text('best_model_path');
    this.#lastGlobalStepSaved = number('last_global_step_saved') ?? 0;
    this.#defersToValidation = state.defers_to_validation === true;
    if (text('dirpath') !== this.#dirpath) {
      // Without a dirpath of one's own each run has a new folder, and that is no surprise.
      if (this.#options.dirpath === null) return;
      this.#lastGlobalStepSaved = 0; // in the new one nothing has been saved yet
      process.emitWarning(
        `The dirpath has changed from '${text('dirpath')}' to '${String(this.#dirpath)}', therefore \`bestModelScore\`, \`kthBestModelPath\`, \`kthValue\`, \`lastModelPath\` and \`bestKModels\` won't be reloaded. Only \`bestModelPath\` will be reloaded.`,
      );
      return;
    }
    this.bestModelScore = number('best_model_score');
    this.currentScore = number('current_score');
    this.kthBestModelPath = text('kth_best_model_path');
    this.kthValue = number('kth_value') ?? worstScore(this.#options.mode);
    this.lastModelPath = text('last_model_path');
    this.#lastSaved = text('last_checkpoint_saved');
    this.bestKModels.clear();
    for (const [path, score] of Object.entries((state.best_k_models ?? {}) as Record<string, unknown>)) {
      if (typeof score === 'number') this.bestKModels.set(path, score);
    }
  }

  async #saveForEpoch(trainer: Trainer): Promise<void> {
    const { everyNEpochs } = this.#options;
    this.#removed = [];
    const isDue = everyNEpochs >= 1 && (trainer.currentEpoch + 1) % everyNEpochs === 0;
    if (isDue) await this.#saveTopK(trainer, this.#candidates(trainer));
    // The last one follows what was saved; a link may point to a file that is older than this epoch.
    const hasSaved = this.#lastGlobalStepSaved === trainer.globalStep;
    if (hasSaved || (this.#options.saveLast === 'link' && this.#lastSaved !== '')) await this.#saveLastToo(trainer);
  }

  async #save(trainer: Trainer, candidates: NameValues): Promise<void> {
    this.#removed = [];
    await this.#saveTopK(trainer, candidates);
    await this.#saveLastToo(trainer);
  }

  async #saveTopK(trainer: Trainer, candidates: NameValues): Promise<void> {
    if (this.#options.saveTopK === 0) return;
    const path =
      this.monitor === undefined
        ? await this.#saveNewest(trainer, candidates)
        : await this.#saveBest(trainer, candidates, this.monitor);
    if (path !== undefined) await this.#report(trainer, path);
  }

  async #saveLastToo(trainer: Trainer): Promise<void> {
    const { saveLast, saveTopK } = this.#options;
    if (!saveLast) return;
    const target = this.#lastSaved;
    const isLinked = saveLast === 'link' && target !== '' && saveTopK !== 0;
    await this.#replaceLast(trainer, async (path) => {
      if (!isLinked) await this.#write(trainer, path);
      else if (target !== path) await trainer.checkpointIO.linkCheckpoint(target, path);
    });
  }

  /** @param make makes the file of a path */
  async #replaceLast(trainer: Trainer, make: (path: string) => Promise<void>): Promise<string> {
    const previous = this.lastModelPath;
    const path = await this.#freePath(trainer, LAST, previous);
    this.lastModelPath = path; // before it is written, since it is part of the state
    try {
      await make(path);
    } catch (error) {
      this.lastModelPath = previous;
      throw error;
    }
    if (previous !== '' && previous !== path) await this.#remove(previous, trainer);
    await this.#report(trainer, path);
    return path;
  }

  async #saveNewest(trainer: Trainer, candidates: NameValues): Promise<string> {
    const previous = this.bestModelPath;
    const path = await this.#freePath(trainer, this.#fileName(candidates), previous);
    await this.#writeKnowing(trainer, path, () => {
      this.bestModelPath = path;
    });
    if (this.#options.saveTopK === 1 && previous !== '' && previous !== path) await this.#remove(previous, trainer);
    return path;
  }

  async #saveBest(trainer: Trainer, candidates: NameValues, monitor: string): Promise<string | undefined> {
    const { saveTopK, mode } = this.#options;
    const logged = candidates[monitor];
    if (logged === undefined) {
      this.#complainAboutMonitor(trainer, monitor, candidates);
      return undefined;
    }
    const isFull = saveTopK !== -1 && this.bestKModels.size >= saveTopK;
    // Ties keep the older one; NaN is better than nothing, and than nothing else.
    if (isFull && !isBetter(mode, logged, this.kthValue)) {
      this.#tell(trainer, `was not in top ${saveTopK}`);
      return undefined;
    }
    const score = Number.isNaN(logged) ? worstScore(mode) : logged;
    const replaced = isFull ? this.kthBestModelPath : '';
    const path = await this.#freePath(trainer, this.#fileName(candidates), replaced);
    await this.#writeKnowing(trainer, path, () => {
      this.bestKModels.delete(replaced);
      this.bestKModels.set(path, score);
      this.currentScore = score;
      this.#rank();
      const best = Number(this.bestModelScore).toFixed(5);
      const count = saveTopK === -1 ? this.bestKModels.size : saveTopK;
      this.#tell(trainer, `reached ${score.toFixed(5)} (best ${best}), saving model to '${path}' as top ${count}`);
    });
    if (replaced !== '' && replaced !== path) await this.#remove(replaced, trainer);
    return path;
  }

  #rank(): void {
    const { saveTopK, mode } = this.#options;
    let best: [string, number] | undefined;
    let worst: [string, number] | undefined;
    for (const entry of this.bestKModels) {
      if (!best || isBetter(mode, entry[1], best[1])) best = entry;
      if (!worst || isBetter(mode, worst[1], entry[1])) worst = entry;
    }
    [this.bestModelPath, this.bestModelScore] = best ?? ['', null];
    if (worst && (saveTopK === -1 || this.bestKModels.size === saveTopK))
      [this.kthBestModelPath, this.kthValue] = worst;
  }

  /**
   * Writes a checkpoint that knows of itself, so that a run that goes on from it does, too. When it cannot be written, the state is
   * as before.
   * @param note changes the state
   */
  async #writeKnowing(trainer: Trainer, path: string, note: () => void): Promise<void> {
    const { bestModelPath, bestModelScore, currentScore, kthBestModelPath, kthValue } = this;
    const models = [...this.bestKModels];
    note();
    try {
      await this.#write(trainer, path);
    } catch (error) {
      Object.assign(this, { bestModelPath, bestModelScore, currentScore, kthBestModelPath, kthValue });
      this.bestKModels.clear();
      for (const [key, score] of models) this.bestKModels.set(key, score);
      throw error;
    }
  }

  async #write(trainer: Trainer, path: string): Promise<void> {
    const [step, saved] = [this.#lastGlobalStepSaved, this.#lastSaved];
    this.#lastGlobalStepSaved = trainer.globalStep;
    this.#lastSaved = path; // before it is written, since it is part of the state
    try {
      await trainer.saveCheckpoint(path, { weightsOnly: this.#options.saveWeightsOnly });
    } catch (error) {
      [this.#lastGlobalStepSaved, this.#lastSaved] = [step, saved];
      throw error;
    }
  }

  /** Deletes a file that is ours and no longer among the best; never the one the run was resumed from. */
  async #remove(path: string, trainer: Trainer): Promise<void> {
    const isOurs = path.startsWith(this.#pathOf(''));
    if (!isOurs || (trainer.ckptPath !== undefined && resolvePlace(trainer.ckptPath) === path)) return;
    await trainer.checkpointIO.removeCheckpoint(path);
    this.#removed.push(path);
  }

  async #report(trainer: Trainer, path: string): Promise<void> {
    await trainer.reportCheckpoint({
      path,
      monitor: this.monitor ?? null,
      score: path === this.lastModelPath ? null : this.currentScore,
      best: this.bestModelPath || null,
      last: this.lastModelPath || null,
      removed: this.#removed,
    });
  }

  #tell(trainer: Trainer, what: string): void {
    if (!this.#options.verbose) return;
    trainer.print(`Epoch ${trainer.currentEpoch}, global step ${trainer.globalStep}: '${this.monitor}' ${what}`);
  }

  /** What can be monitored, and stand in a name. A logged `epoch` or `step` takes the place of the Trainer's. */
  #candidates(trainer: Trainer): NameValues {
    return { epoch: trainer.currentEpoch, step: trainer.globalStep, ...trainer.callbackMetrics };
  }

  #fileName(candidates: NameValues): string {
    const { filename, autoInsertMetricName } = this.#options;
    return fillInName(filename || '{epoch}-{step}', candidates, autoInsertMetricName);
  }

  /** Addresses have slashes on every system. */
  #pathOf(name: string): string {
    return isAddress(this.#folder) ? `${this.#folder.replace(/\/+$/, '')}/${name}` : `${this.#folder}${sep}${name}`;
  }

  get #folder(): string {
    return this.#dirpath ?? resolve('checkpoints');
  }

  /** The path for a name: a file that stands there from another run gets a neighbour `-v1`. */
  async #freePath({ checkpointIO }: Trainer, name: string, replaced: string): Promise<string> {
    const path = (suffix: string) => this.#pathOf(`${name}${suffix}${EXTENSION}`);
    if (!this.#options.enableVersionCounter) return path('');
    let free = path('');
    for (let version = 1; free !== replaced && (await checkpointIO.has(free)); version++) free = path(`-v${version}`);
    return free;
  }

  #skips(trainer: Trainer): boolean {
    const { fastDevRun, runKind, stage, globalStep } = trainer;
    return fastDevRun > 0 || runKind !== 'fit' || stage === 'sanity-check' || this.#lastGlobalStepSaved === globalStep;
  }

  #isTimeDue(): boolean {
    const { trainTimeInterval, now } = this.#options;
    if (trainTimeInterval === null || this.#lastTimeChecked === undefined) return false;
    const time = now();
    if (time - this.#lastTimeChecked < trainTimeInterval) return false;
    this.#lastTimeChecked = time;
    return true;
  }

  #lacksMetric(candidates: NameValues): boolean {
    return this.monitor !== undefined && !Object.hasOwn(candidates, this.monitor);
  }

  /** True for the last batch of an epoch with a validation: what is known now is the value of the validation before. */
  #isSoonNewer(trainer: Trainer, module: LightningModule): boolean {
    if (this.monitor === undefined || !trainer.isLastBatch || !module.automaticOptimization) return false;
    return trainer.validatesThisEpoch && !this.#savesOnTrainEpochEnd(trainer);
  }

  #savesOnTrainEpochEnd(trainer: Trainer): boolean {
    return this.#options.saveOnTrainEpochEnd ?? trainer.validatesAtEpochEndOnly;
  }

  #complainAboutMonitor(trainer: Trainer, monitor: string, candidates: NameValues): void {
    const names = Object.keys(candidates);
    const near = nearest(monitor, names);
    const found = `ModelCheckpoint(monitor='${monitor}') could not find the monitored key in the logged metrics.`;
    const fix = near ? `Did you mean '${near}'?` : `Logged so far: ${names.join(', ')}.`;
    if (trainer.hasValidated) throw new MisconfigurationError({ code: 'monitor-not-logged', found, fix });
    if (!this.#hasWarned) process.emitWarning(`${found} ${fix} Nothing is saved until it is.`);
    this.#hasWarned = true;
  }
}

function hasFiles(directory: string): boolean {
  return !isAddress(directory) && existsSync(directory) && readdirSync(directory).length > 0;
}

/** Beside the run's logs, unless an option of PyTorch Lightning 1.6 says otherwise. Source: `__resolve_ckpt_dir` of both versions. */
function defaultFolder({ runDir, defaultRootDir, logger, options }: Trainer): string {
  const { weightsSavePath } = options.legacy;
  if (weightsSavePath === undefined) return resolve(join(runDir ?? defaultRootDir, 'checkpoints'));
  const ofRun = runDir === undefined ? '' : `${relative(logger?.saveDir ?? defaultRootDir, runDir)}/`;
  return resolvePlace(`${weightsSavePath}/${ofRun}checkpoints`);
}
