import { existsSync, readdirSync } from 'node:fs';
import { rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { LightningModule, StepOutputs } from '../core/index.js';
import { MisconfigurationError, nearest } from '../errors/index.js';
import type { RunKind } from '../protocol/index.js';
import type { Trainer } from '../trainer/index.js';
import { Callback } from './callback.js';
import { checkNamePattern, fillInName } from './checkpointName.js';

/** Options of {@link ModelCheckpoint}. */
export interface ModelCheckpointOptions {
  /** Default: `checkpoints` in the run directory. */
  dirpath?: string;
  /** With placeholders such as `{epoch:02d}-{val_loss:.2f}`; default `{epoch}-{step}`. */
  filename?: string;
  /** Logged name that tells which checkpoints are best; without it the newest one is kept. */
  monitor?: string;
  /** Default 'min'. */
  mode?: 'min' | 'max';
  /** How many of the best to keep; -1 all, 0 none; default 1. Without `monitor`: -1, 0 or 1. */
  saveTopK?: number;
  /** Also keep a copy of the newest as `last.ckpt`, or with 'link' a symbolic link to it; default false. */
  saveLast?: boolean | 'link';
  /** Also save when the run fails; default false. */
  saveOnException?: boolean;
  /** Leave out optimizer and loop state; default false. */
  saveWeightsOnly?: boolean;
  /** Put `name=` before each value in file names; default true. */
  autoInsertMetricName?: boolean;
  /** Save after each n optimizer steps. */
  everyNTrainSteps?: number;
  /** Save after each n epochs; default 1 unless `everyNTrainSteps` is given. */
  everyNEpochs?: number;
  /** Save at the end of training epochs rather than of validation; default: when validation runs once, at the epoch's end. */
  saveOnTrainEpochEnd?: boolean;
  /** Add `-v1`, `-v2` … rather than overwrite a file of another run; default true. */
  enableVersionCounter?: boolean;
}

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
  /** The worst of those. */
  kthBestModelPath = '';
  kthValue: number | null = null;
  /** Path of the newest `last` checkpoint; '' before the first. */
  lastModelPath = '';
  #dirpath: string | undefined;
  #lastGlobalStepSaved = 0;
  #lastSaved = '';
  #defersToValidation = false;
  #removed: string[] = [];
  readonly #options: Required<Omit<ModelCheckpointOptions, 'dirpath' | 'monitor' | 'saveOnTrainEpochEnd' | 'filename'>>;
  readonly #given: ModelCheckpointOptions;
  readonly #filename: string;

  /** @throws MisconfigurationError for options that contradict each other */
  constructor(options: ModelCheckpointOptions = {}) {
    super();
    check(options);
    this.#given = options;
    this.#filename = options.filename ?? '{epoch}-{step}';
    this.#options = {
      mode: options.mode ?? 'min',
      saveTopK: options.saveTopK ?? 1,
      saveLast: options.saveLast ?? false,
      saveOnException: options.saveOnException ?? false,
      saveWeightsOnly: options.saveWeightsOnly ?? false,
      autoInsertMetricName: options.autoInsertMetricName ?? true,
      everyNTrainSteps: options.everyNTrainSteps ?? 0,
      everyNEpochs: options.everyNEpochs ?? (options.everyNTrainSteps ? 0 : 1),
      enableVersionCounter: options.enableVersionCounter ?? true,
    };
  }

  /** The folder of the files; undefined before the first run. */
  get dirpath(): string | undefined {
    return this.#dirpath;
  }

  /** The metric that decides; undefined: the newest is kept. */
  get monitor(): string | undefined {
    return this.#given.monitor;
  }

  override get stateKey(): string {
    const { mode, everyNTrainSteps, everyNEpochs } = this.#options;
    const monitor = this.monitor === undefined ? 'None' : `'${this.monitor}'`;
    return `ModelCheckpoint{'monitor': ${monitor}, 'mode': '${mode}', 'every_n_train_steps': ${everyNTrainSteps}, 'every_n_epochs': ${everyNEpochs}, 'train_time_interval': None}`;
  }

  override get isMonitor(): boolean {
    return true;
  }

  override get writesCheckpoints(): boolean {
    return true;
  }

  override setup(trainer: Trainer, _module: LightningModule, stage: RunKind): void {
    this.#dirpath = resolve(this.#given.dirpath ?? join(trainer.logDir ?? trainer.defaultRootDir, 'checkpoints'));
    if (stage === 'fit' && this.#options.saveTopK !== 0 && hasFiles(this.#dirpath)) {
      process.emitWarning(`ModelCheckpoint saves to ${this.#dirpath}, which exists and is not empty.`);
    }
  }

  override async onTrainBatchEnd(trainer: Trainer, _module: LightningModule, _outputs: StepOutputs): Promise<void> {
    const { everyNTrainSteps } = this.#options;
    if (everyNTrainSteps === 0 || trainer.globalStep % everyNTrainSteps !== 0 || this.#skips(trainer)) return;
    const lacksMetric = this.monitor !== undefined && !Object.hasOwn(this.#candidates(trainer), this.monitor);
    const isSoonBetter = this.monitor !== undefined && trainer.isLastBatch && trainer.isValidationDue;
    if (lacksMetric || (isSoonBetter && !this.#savesOnTrainEpochEnd(trainer))) {
      // The metric comes from the next validation: its end saves, then.
      this.#defersToValidation = true;
      return;
    }
    await this.#save(trainer);
  }

  override async onTrainEpochEnd(trainer: Trainer): Promise<void> {
    if (this.#skips(trainer) || !this.#savesOnTrainEpochEnd(trainer)) return;
    if (this.#isEpochDue(trainer)) await this.#save(trainer);
  }

  override async onValidationEnd(trainer: Trainer): Promise<void> {
    if (this.#skips(trainer) || this.#savesOnTrainEpochEnd(trainer)) return;
    const wasDeferred = this.#defersToValidation;
    this.#defersToValidation = false;
    if (wasDeferred || this.#isEpochDue(trainer)) await this.#save(trainer);
  }

  override async onTrainEnd(trainer: Trainer): Promise<void> {
    if (this.#options.saveLast && this.lastModelPath === '' && trainer.fastDevRun === 0) await this.saveLast(trainer);
  }

  override async onException(trainer: Trainer): Promise<void> {
    if (!this.#options.saveOnException || this.#skips(trainer)) return;
    this.#removed = [];
    const path = this.#freePath(this.#fileName(this.#candidates(trainer)), '');
    await this.#write(trainer, path);
    await this.#report(trainer, path);
    if (this.#options.saveLast) await this.#writeLast(trainer, true);
  }

  /** Writes `last.ckpt` now, whatever the options say: the run is being stopped. Returns its path. */
  async saveLast(trainer: Trainer): Promise<string> {
    return this.#writeLast(trainer, false);
  }

  /** @param mayLink true where the newest file holds the run as it stands, so that a link does */
  async #writeLast(trainer: Trainer, mayLink: boolean): Promise<string> {
    const previous = this.lastModelPath;
    this.lastModelPath = this.#freePath(LAST, previous);
    const isLinked =
      mayLink && this.#options.saveLast === 'link' && (await linkTo(this.#lastSaved, this.lastModelPath));
    if (!isLinked) await trainer.saveCheckpoint(this.lastModelPath, { weightsOnly: this.#options.saveWeightsOnly });
    if (previous !== '' && previous !== this.lastModelPath) await this.#remove(previous, trainer);
    await this.#report(trainer, this.lastModelPath);
    return this.lastModelPath;
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
    };
  }

  override loadStateDict(state: Record<string, unknown>): void {
    const text = (key: string) => (typeof state[key] === 'string' ? state[key] : '');
    const number = (key: string) => (typeof state[key] === 'number' ? state[key] : null);
    this.bestModelPath = text('best_model_path');
    if (text('dirpath') !== this.#dirpath) {
      // Without a dirpath of one's own each run has a new folder, and that is no surprise.
      if (this.#given.dirpath === undefined) return;
      process.emitWarning(
        `ModelCheckpoint saves to ${String(this.#dirpath)} now and saved to ${text('dirpath')} before: only bestModelPath is taken over.`,
      );
      return;
    }
    this.bestModelScore = number('best_model_score');
    this.currentScore = number('current_score');
    this.kthBestModelPath = text('kth_best_model_path');
    this.kthValue = number('kth_value');
    this.lastModelPath = text('last_model_path');
    this.bestKModels.clear();
    for (const [path, score] of Object.entries((state.best_k_models ?? {}) as Record<string, unknown>)) {
      if (typeof score === 'number') this.bestKModels.set(path, score);
    }
  }

  async #save(trainer: Trainer): Promise<void> {
    this.#removed = [];
    const candidates = this.#candidates(trainer);
    const path =
      this.monitor === undefined
        ? await this.#saveNewest(trainer, candidates)
        : await this.#saveBest(trainer, candidates);
    if (path === undefined) return;
    await this.#report(trainer, path);
    if (this.#options.saveLast) await this.#writeLast(trainer, true);
  }

  async #saveNewest(trainer: Trainer, candidates: Readonly<Record<string, number>>): Promise<string | undefined> {
    if (this.#options.saveTopK === 0) return undefined;
    const previous = this.bestModelPath;
    const path = this.#freePath(this.#fileName(candidates), previous);
    await this.#write(trainer, path);
    this.bestModelPath = path;
    if (this.#options.saveTopK === 1 && previous !== '' && previous !== path) await this.#remove(previous, trainer);
    return path;
  }

  async #saveBest(trainer: Trainer, candidates: Readonly<Record<string, number>>): Promise<string | undefined> {
    const { saveTopK, mode } = this.#options;
    const monitor = this.monitor as string; // the caller saw to it
    const logged = candidates[monitor];
    if (logged === undefined) {
      this.#complainAboutMonitor(trainer, monitor, candidates);
      return undefined;
    }
    if (saveTopK === 0) return undefined;
    const worst = mode === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    const score = Number.isNaN(logged) ? worst : logged;
    const isFull = saveTopK !== -1 && this.bestKModels.size >= saveTopK;
    // Ties keep the older one.
    if (isFull && !this.#isBetter(score, this.kthValue ?? worst)) return undefined;
    const replaced = isFull ? this.kthBestModelPath : '';
    const path = this.#freePath(this.#fileName(candidates), replaced);
    await this.#write(trainer, path);
    this.bestKModels.delete(replaced);
    this.bestKModels.set(path, score);
    this.currentScore = score;
    this.#rank();
    if (replaced !== '' && replaced !== path) await this.#remove(replaced, trainer);
    return path;
  }

  #rank(): void {
    const { saveTopK } = this.#options;
    let best: [string, number] | undefined;
    let worst: [string, number] | undefined;
    for (const entry of this.bestKModels) {
      if (!best || this.#isBetter(entry[1], best[1])) best = entry;
      if (!worst || this.#isBetter(worst[1], entry[1])) worst = entry;
    }
    [this.bestModelPath, this.bestModelScore] = best ?? ['', null];
    if (worst && (saveTopK === -1 || this.bestKModels.size === saveTopK))
      [this.kthBestModelPath, this.kthValue] = worst;
  }

  #isBetter(a: number, b: number): boolean {
    return this.#options.mode === 'min' ? a < b : a > b;
  }

  async #write(trainer: Trainer, path: string): Promise<void> {
    await trainer.saveCheckpoint(path, { weightsOnly: this.#options.saveWeightsOnly });
    this.#lastGlobalStepSaved = trainer.globalStep;
    this.#lastSaved = path;
  }

  /** Deletes a file that is ours and no longer among the best; never the one the run was resumed from. */
  async #remove(path: string, trainer: Trainer): Promise<void> {
    const isOurs = this.#dirpath !== undefined && path.startsWith(this.#dirpath + sep);
    if (!isOurs || (trainer.ckptPath !== undefined && resolve(trainer.ckptPath) === path)) return;
    await rm(path, { force: true });
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

  #candidates(trainer: Trainer): Record<string, number> {
    return { ...trainer.callbackMetrics, epoch: trainer.currentEpoch, step: trainer.globalStep };
  }

  #fileName(candidates: Readonly<Record<string, number>>): string {
    return fillInName(this.#filename, candidates, this.#options.autoInsertMetricName);
  }

  /** The path for a name: a file that stands there from another run gets a neighbour `-v1`. */
  #freePath(name: string, replaced: string): string {
    const directory = this.#dirpath ?? dirname(name);
    const path = (suffix: string) => join(directory, `${name}${suffix}${EXTENSION}`);
    if (!this.#options.enableVersionCounter) return path('');
    let free = path('');
    for (let version = 1; existsSync(free) && free !== replaced; version++) free = path(`-v${version}`);
    return free;
  }

  #skips(trainer: Trainer): boolean {
    const { fastDevRun, runKind, stage, globalStep } = trainer;
    return fastDevRun > 0 || runKind !== 'fit' || stage === 'sanity-check' || this.#lastGlobalStepSaved === globalStep;
  }

  #isEpochDue(trainer: Trainer): boolean {
    const { everyNEpochs } = this.#options;
    return everyNEpochs >= 1 && (trainer.currentEpoch + 1) % everyNEpochs === 0;
  }

  #savesOnTrainEpochEnd(trainer: Trainer): boolean {
    if (this.#given.saveOnTrainEpochEnd !== undefined) return this.#given.saveOnTrainEpochEnd;
    return trainer.validatesAtEpochEndOnly;
  }

  #complainAboutMonitor(trainer: Trainer, monitor: string, candidates: Readonly<Record<string, number>>): void {
    const names = Object.keys(candidates);
    const near = nearest(monitor, names);
    const found = `ModelCheckpoint monitors '${monitor}', which was not logged.`;
    const fix = near ? `Did you mean '${near}'?` : `Logged so far: ${names.join(', ')}.`;
    if (!trainer.hasValidated) {
      process.emitWarning(`${found} ${fix} Nothing is saved until it is.`);
      return;
    }
    throw new MisconfigurationError({ code: 'monitor-not-logged', found, fix });
  }
}

/** Makes `path` a symbolic link to the file beside it. False when there is none, or the system has no links. */
async function linkTo(target: string, path: string): Promise<boolean> {
  if (target === '') return false;
  const temporary = `${path}.link`;
  try {
    await rm(temporary, { force: true });
    await symlink(relative(dirname(path), target), temporary);
    await rename(temporary, path); // in one step, so that there is always a last checkpoint
    return true;
  } catch {
    return false; // a copy does as well
  }
}

function hasFiles(directory: string): boolean {
  return existsSync(directory) && readdirSync(directory).length > 0;
}

function check(options: ModelCheckpointOptions): void {
  const { saveTopK = 1, monitor, mode = 'min', everyNTrainSteps, everyNEpochs, filename } = options;
  const fail = (found: string, allowed: string) => {
    throw new MisconfigurationError({ code: 'model-checkpoint', found: `ModelCheckpoint: ${found}.`, allowed });
  };
  if (!Number.isInteger(saveTopK) || saveTopK < -1)
    fail(`\`saveTopK\` is ${saveTopK}`, '-1 (all), 0 (none) or a count');
  if (monitor === undefined && saveTopK > 1)
    fail(`\`saveTopK\` is ${saveTopK} without \`monitor\``, '-1, 0 or 1 without monitor');
  if (mode !== 'min' && mode !== 'max') fail(`\`mode\` is '${String(mode)}'`, "'min' or 'max'");
  for (const [name, value] of Object.entries({ everyNTrainSteps, everyNEpochs })) {
    if (value !== undefined && (!Number.isInteger(value) || value < 0)) fail(`\`${name}\` is ${value}`, 'a count');
  }
  if (everyNTrainSteps && everyNEpochs) fail('both `everyNTrainSteps` and `everyNEpochs` are given', 'one of them');
  if (filename !== undefined) checkNamePattern(filename);
}
