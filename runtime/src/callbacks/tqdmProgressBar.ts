import { createLogUpdate } from 'log-update';
import type { LightningModule } from '../core/index.js';
import type { ProgressEvent, RunEvent, Stage, WireNumber } from '../protocol/index.js';
import type { Trainer } from '../trainer/index.js';
import { checkOptionNames, checkWholeNumber } from './checkOptions.js';
import { ProgressBar } from './progressBar.js';

/** Options of {@link TQDMProgressBar}. */
export interface TQDMProgressBarOptions {
  /** Draw after this many batches, and after the last; 0: never. Default 1. At most ten times a second in any case. */
  refreshRate?: number;
  /** Lines that stay free above the bar, for the bars of other processes in one terminal; default 0. */
  processPosition?: number;
}

const DEFAULTS = { refreshRate: 1, processPosition: 0 } as const satisfies TQDMProgressBarOptions;

/** Where the bar is drawn: standard output, or a stand-in for tests. */
export interface BarOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

type ShownMetrics = Readonly<Record<string, WireNumber | string>>;

/** A progress event with what is shown beside the bar. */
type ShownProgress = Omit<ProgressEvent, 'metrics'> & { readonly metrics: ShownMetrics };

/** In a pipe, where nothing can be drawn over: a line each this many milliseconds. */
const LINE_INTERVAL_MS = 10_000;
const DEFAULT_COLUMNS = 100;
const MIN_BLOCKS = 4;
const MAX_BLOCKS = 20;
const DESCRIPTIONS = {
  'sanity-check': 'Sanity Checking',
  train: 'Training',
  validate: 'Validation',
  test: 'Testing',
  predict: 'Predicting',
} as const satisfies Record<Stage, string>;

/**
 * The progress bar: `Epoch 0:  45%|████▌     | 422/938 [00:12<00:15, 34.1it/s, train_loss=0.123]`. It reads the run's events, as an
 * editor does, and so never slows training. State: none. Looks: Python's tqdm, as PyTorch Lightning sets it up.
 */
export class TQDMProgressBar extends ProgressBar {
  readonly #output: BarOutput;
  #draw: ReturnType<typeof createLogUpdate> | undefined;
  #stopListening: (() => void) | undefined;
  #line = '';
  #stageStarted = 0;
  #lastLine = 0;
  readonly #refreshRate: number;
  readonly #offset: string;
  /** Of the stage that runs, when it was drawn last. */
  #drawnBatch = 0;

  /**
   * @param output where it is drawn
   * @throws MisconfigurationError for an option that does not exist or has a value that is not allowed
   */
  constructor(options: TQDMProgressBarOptions = {}, output: BarOutput = process.stdout) {
    super();
    checkOptionNames('TQDMProgressBar', options, Object.keys(DEFAULTS));
    const { refreshRate, processPosition } = { ...DEFAULTS, ...options };
    checkWholeNumber('TQDMProgressBar', 'refreshRate', refreshRate, 0);
    checkWholeNumber('TQDMProgressBar', 'processPosition', processPosition, 0);
    this.#refreshRate = refreshRate;
    this.#offset = '\n'.repeat(processPosition);
    this.#output = output;
  }

  override setup(trainer: Trainer, module: LightningModule): void {
    // log-update draws on a stream; ours is one as far as it looks.
    if (this.#output.isTTY) this.#draw = createLogUpdate(this.#output as NodeJS.WriteStream, { showCursor: true });
    this.#stopListening?.();
    this.#stopListening = trainer.onEvent((event) => {
      if (this.isEnabled) this.#show(event, (progress) => this.#metrics(trainer, module, progress));
    });
  }

  override teardown(): void {
    this.#finishLine();
    this.#stopListening?.();
    this.#stopListening = undefined;
  }

  override onException(): void {
    this.teardown(); // a run that fails or is stopped ends here
  }

  override disable(): void {
    super.disable();
    this.#finishLine();
  }

  /** Prints text above the bar. */
  override print(text: string): void {
    this.#draw?.clear();
    this.#output.write(`${text}\n`);
    if (this.#line !== '') this.#draw?.(this.#offset + this.#line);
  }

  /** The event's own, unless a subclass shows something else. */
  #metrics(trainer: Trainer, module: LightningModule, event: ProgressEvent): ShownMetrics {
    if (this.getMetrics === ProgressBar.prototype.getMetrics) return event.metrics;
    return this.getMetrics(trainer, module);
  }

  #show(event: RunEvent, metricsOf: (event: ProgressEvent) => ShownMetrics): void {
    if (event.type === 'stage') {
      if (event.state === 'start' || event.stage === 'train') this.#finishLine();
      if (event.state === 'start') this.#stageStarted = event.time;
      this.#drawnBatch = 0;
    } else if (event.type === 'progress' && this.#isDue(event)) {
      this.#line = formatBar(
        { ...event, metrics: metricsOf(event) },
        event.time - this.#stageStarted,
        this.#output.columns ?? DEFAULT_COLUMNS,
      );
      this.#draw?.(this.#offset + this.#line);
      const isOver = event.batch === event.totalBatches;
      this.#lastLine ||= event.time; // the first line comes when there is something to tell
      if (!this.#draw && (isOver || event.time - this.#lastLine > LINE_INTERVAL_MS)) this.#writeLine(event.time);
      else if (isOver && event.stage === 'train') this.#finishLine();
    }
  }

  /** Events come for some batches only: it is time when a round number of them has gone by. */
  #isDue({ batch, totalBatches }: ProgressEvent): boolean {
    if (this.#refreshRate === 0) return false;
    if (batch < this.#drawnBatch) this.#drawnBatch = 0; // the next epoch
    const rounds = (count: number) => Math.floor(count / this.#refreshRate);
    if (batch !== totalBatches && rounds(batch) === rounds(this.#drawnBatch)) return false;
    this.#drawnBatch = batch;
    return true;
  }

  #writeLine(time: number): void {
    this.#lastLine = time;
    this.#output.write(`${this.#line}\n`);
    this.#line = '';
  }

  /** What the bar shows stays; the next one goes below. */
  #finishLine(): void {
    if (this.#line !== '') this.#draw?.done();
    this.#line = '';
  }
}

function formatBar(event: ShownProgress, elapsedMs: number, columns: number): string {
  const { stage, epoch, batch, totalBatches, batchesPerSecond } = event;
  const title = stage === 'train' ? `Epoch ${epoch}` : DESCRIPTIONS[stage];
  const elapsed = clock(elapsedMs / 1000);
  const rate =
    batchesPerSecond >= 1 || batchesPerSecond === 0
      ? `${batchesPerSecond.toFixed(1)}it/s`
      : `${(1 / batchesPerSecond).toFixed(1)}s/it`;
  if (totalBatches === null) return withMetrics(`${title}: ${batch}it [${elapsed}, ${rate}`, event, columns);
  const share = totalBatches === 0 ? 1 : batch / totalBatches;
  const left = batchesPerSecond > 0 ? clock((totalBatches - batch) / batchesPerSecond) : '?';
  const head = `${title}: ${`${Math.floor(share * 100)}%`.padStart(4)}|`;
  const tail = withMetrics(
    `| ${batch}/${totalBatches} [${elapsed}<${left}, ${rate}`,
    event,
    columns - head.length - MIN_BLOCKS,
  );
  const width = Math.max(MIN_BLOCKS, Math.min(MAX_BLOCKS, columns - head.length - tail.length));
  return `${head}${blocks(share, width)}${tail}`.slice(0, columns);
}

/** Adds the metrics, as many as there is room for, and closes the bracket. */
function withMetrics(text: string, { metrics }: ShownProgress, columns: number): string {
  let line = text;
  for (const [name, value] of Object.entries(metrics)) {
    const next = `${line}, ${name}=${short(value)}`;
    if (next.length + 2 > columns) return `${line}…]`;
    line = next;
  }
  return `${line}]`;
}

function blocks(share: number, width: number): string {
  const eighths = Math.round(share * width * 8);
  const partial = ' ▏▎▍▌▋▊▉'[eighths % 8] ?? '';
  const full = '█'.repeat(Math.floor(eighths / 8));
  return (full + (eighths % 8 > 0 ? partial : '')).padEnd(width);
}

/** Seconds as 01:23, or 1:02:03. */
function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${two(minutes)}:${two(whole % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

/** Texts are shown as they are, numbers that are not finite among them. */
function short(value: WireNumber | string): string {
  if (typeof value === 'string') return value;
  if (!Number.isFinite(value) || Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 1e-3 && Math.abs(value) < 1e4 ? value.toFixed(3) : value.toExponential(2);
}
