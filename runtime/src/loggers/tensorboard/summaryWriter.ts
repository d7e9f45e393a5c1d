import { join } from 'node:path';
import type { LightningModule } from '../../core/index.js';
import { MisconfigurationError } from '../../errors/index.js';
import * as tf from '../../tf.js';
import { BackgroundWork } from '../backgroundWork.js';
import { EventFile, now } from './eventFile.js';
import { makeHistogram } from './histogram.js';
import { toPixels } from './images.js';
import { type EventBody, graph, type HparamValue, histogram, hparams, image, scalar, text } from './messages.js';
import { moduleGraph } from './moduleGraph.js';
import { encodePng } from './png.js';

/** Options of {@link SummaryWriter}. */
export interface SummaryWriterOptions {
  /** Events that may wait before they are written in the background; default 10. */
  maxQueue?: number;
  /** The longest that an event waits, in seconds; default 120. */
  flushSecs?: number;
  /** At the end of the files' names; default none. */
  filenameSuffix?: string;
}

/** Options of each `add…`. */
export interface SummaryOptions {
  /** When it happened, in seconds since 1970; default now. */
  wallTime?: number;
}

/**
 * Writes what TensorBoard shows, to a file in `logDir`. Nothing waits: events are kept in memory and written in the background.
 * Source: torch.utils.tensorboard.SummaryWriter (names, tags, defaults).
 */
export class SummaryWriter {
  readonly logDir: string;
  readonly #options: Required<SummaryWriterOptions>;
  readonly #flushing = new BackgroundWork(
    () => this.flush(),
    (error) => this.#tell(error),
  );
  /** Writers of folders inside, made by addScalars and addHparams. */
  readonly #inner = new Map<string, SummaryWriter>();
  #file: EventFile | undefined;
  #queued = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #tell: (error: unknown) => void;

  /** @param tell hears of what could not be written; default: a warning, once */
  constructor(logDir: string, options: SummaryWriterOptions = {}, tell: (error: unknown) => void = warnOnce(logDir)) {
    this.logDir = logDir;
    this.#tell = tell;
    this.#options = { maxQueue: 10, flushSecs: 120, filenameSuffix: '', ...options };
    this.#open();
  }

  /** A number that is drawn over the steps. @param value a number, or a tensor with one element (borrowed) */
  addScalar(tag: string, value: number | tf.Tensor, globalStep?: number, options?: SummaryOptions): void {
    this.#add(scalar(tag, toNumber(tag, value)), globalStep, options);
  }

  /** Several lines in one chart: each is a run of its own, in a folder `<mainTag>_<tag>`. */
  addScalars(
    mainTag: string,
    values: Readonly<Record<string, number | tf.Tensor>>,
    globalStep?: number,
    options?: SummaryOptions,
  ): void {
    for (const [tag, value] of Object.entries(values)) {
      this.#writerFor(`${mainTag.replaceAll('/', '_')}_${tag}`).addScalar(mainTag, value, globalStep, options);
    }
  }

  /**
   * How values are distributed.
   * @param values a tensor of any shape (borrowed), or a list
   * @param options.bins 'tensorflow', the default, or rising edges
   * @throws MisconfigurationError for no values, and for values that are not finite
   */
  addHistogram(
    tag: string,
    values: tf.Tensor | ArrayLike<number>,
    globalStep?: number,
    { bins = 'tensorflow', ...options }: SummaryOptions & { bins?: 'tensorflow' | readonly number[] } = {},
  ): void {
    const list = values instanceof tf.Tensor ? (values.dataSync() as ArrayLike<number>) : values;
    const counted = bins === 'tensorflow' ? makeHistogram(list) : makeHistogram(list, bins);
    this.#add(histogram(tag, counted), globalStep, options);
  }

  /**
   * A picture.
   * @param picture floats from 0 to 1, or int32 from 0 to 255 (borrowed)
   * @param options.dataformats what the dimensions mean; default 'CHW', as in torch; for tfjs's own order 'HWC'; 'HW' for grey
   * @throws MisconfigurationError for a shape that is no picture
   */
  addImage(
    tag: string,
    picture: tf.Tensor,
    globalStep?: number,
    { dataformats = 'CHW', ...options }: SummaryOptions & { dataformats?: string } = {},
  ): void {
    const { height, width, channels, bytes } = toPixels(picture, dataformats);
    const body = encodePng(bytes, height, width, channels).then((png) =>
      image(tag, { height, width, channels, bytes: png }),
    );
    this.#open().addLater(options.wallTime ?? now(), globalStep, body);
    this.#wantFlush();
  }

  /** Pictures in a grid of 8 columns: {@link addImage} with 'NCHW' as the default. */
  addImages(
    tag: string,
    pictures: tf.Tensor,
    globalStep?: number,
    { dataformats = 'NCHW', ...options }: SummaryOptions & { dataformats?: string } = {},
  ): void {
    this.addImage(tag, pictures, globalStep, { dataformats, ...options });
  }

  /** A text, in Markdown. */
  addText(tag: string, markdown: string, globalStep?: number, options?: SummaryOptions): void {
    this.#add(text(tag, markdown), globalStep, options);
  }

  /** The module's layers, for the GRAPHS tab. */
  addGraph(module: LightningModule, options?: SummaryOptions): void {
    this.#add(graph(moduleGraph(module)), undefined, options);
  }

  /**
   * Hyperparameters and what came of them, for the HPARAMS tab: a run of its own in a folder `runName`.
   * @param options.runName default: the time
   * @param options.hparamDomainDiscrete all values that a hyperparameter may have
   */
  addHparams(
    values: Readonly<Record<string, HparamValue>>,
    metrics: Readonly<Record<string, number>>,
    options: {
      runName?: string;
      globalStep?: number;
      hparamDomainDiscrete?: Readonly<Record<string, readonly HparamValue[]>>;
    } = {},
  ): void {
    const { runName = String(now()), globalStep, hparamDomainDiscrete } = options;
    const writer = this.#writerFor(runName);
    writer.#addSession(values, Object.keys(metrics), undefined, hparamDomainDiscrete);
    for (const [tag, value] of Object.entries(metrics)) writer.addScalar(tag, value, globalStep);
  }

  /** The same for the run of this writer: what TensorBoardLogger needs. */
  addHparamsHere(values: Readonly<Record<string, HparamValue>>, metrics: readonly string[], globalStep?: number): void {
    this.#addSession(values, metrics, globalStep, undefined);
  }

  /** Writes all that was added. Rejects with the system's own error; the next flush tries again. */
  async flush(): Promise<void> {
    this.#queued = 0;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#file?.flush();
    for (const writer of this.#inner.values()) await writer.flush();
  }

  /** Writes what is left, and ends the file: what is added later goes to a new one. Never rejects; a failure is a warning. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#flushing.finish();
    for (const writer of this.#inner.values()) await writer.close();
    this.#inner.clear();
    this.#file = undefined;
  }

  #addSession(
    values: Readonly<Record<string, HparamValue>>,
    metrics: readonly string[],
    globalStep: number | undefined,
    domains: Readonly<Record<string, readonly HparamValue[]>> | undefined,
  ): void {
    for (const body of hparams(values, metrics, domains)) this.#add(body, globalStep);
  }

  #add(body: EventBody, globalStep: number | undefined, options?: SummaryOptions): void {
    this.#open().add(options?.wallTime ?? now(), globalStep, body);
    this.#wantFlush();
  }

  #wantFlush(): void {
    this.#queued += 1;
    if (this.#queued > this.#options.maxQueue) this.#flushing.soon();
    else if (this.#timer === undefined) {
      this.#timer = setTimeout(() => this.#flushing.soon(), this.#options.flushSecs * 1000);
      this.#timer.unref(); // a program that ends calls close
    }
  }

  #open(): EventFile {
    this.#file ??= new EventFile(this.logDir, this.#options.filenameSuffix);
    return this.#file;
  }

  #writerFor(folder: string): SummaryWriter {
    let writer = this.#inner.get(folder);
    if (!writer) {
      writer = makeWriter(join(this.logDir, folder), this.#options, this.#tell);
      this.#inner.set(folder, writer);
    }
    return writer;
  }
}

/** Outside of the class, which must not name itself. */
function makeWriter(...args: ConstructorParameters<typeof SummaryWriter>): SummaryWriter {
  return new SummaryWriter(...args);
}

function warnOnce(logDir: string): (error: unknown) => void {
  let hasWarned = false;
  return (error) => {
    if (!hasWarned)
      process.emitWarning(`SummaryWriter cannot write to ${logDir}; the run goes on without it: ${String(error)}`);
    hasWarned = true;
  };
}

function toNumber(tag: string, value: number | tf.Tensor): number {
  if (typeof value === 'number') return value;
  if (value instanceof tf.Tensor && value.size === 1) return Number(value.dataSync()[0]);
  throw new MisconfigurationError({
    code: 'scalar-value',
    found: `addScalar('${tag}') was given ${value instanceof tf.Tensor ? `a tensor of shape [${value.shape}]` : typeof value}.`,
    allowed: 'a number, or a tensor with one element',
  });
}
