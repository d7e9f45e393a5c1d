import type { RunState } from '@lightning-typescript/webview/messages';
import type { RunEvent } from 'lightning-tfjs/protocol';
import { followRun, mayBeRunning } from 'lightning-tfjs/runs';
import { type Disposable, Emitter } from '../emitter.js';
import { UserError } from '../userError.js';
import { askToEnd, isSurely, killForeign } from './foreignProcess.js';
import { peekRun } from './peekRun.js';
import { RunModel } from './runModel.js';
import { defaultTitle, finalMetrics, isActive, type RunChange, type RunEnd, type RunRecord } from './runRecord.js';
import { Stopper } from './stopper.js';

/** With more events at once, as while a file is read, listeners hear of them together. */
const FEW_EVENTS = 64;
/** A file tells of progress seldom, and nothing of a long save. */
const SILENCE_MS = 120_000;

/** What a {@link DiskRun} needs from outside. */
export interface DiskRunParts {
  /** The name that the person gave to the run of a directory. */
  readonly name: (directory: string) => string | undefined;
  /** True for a run of this window, whose events come over its channel. */
  readonly isOwn: (run: DiskRun) => boolean;
  readonly warn: (text: string) => void;
}

/**
 * A run that was found in its directory: over, or going on in a terminal or in another window. One that goes on is followed live; one that
 * is over is read only when it is loaded.
 */
export class DiskRun implements RunRecord {
  readonly request = undefined;
  readonly #parts: DiskRunParts;
  readonly #changes: Emitter<RunChange>;
  readonly #notes = new Emitter<'changed' | 'loaded'>();
  readonly #stopper: Stopper;
  #model: RunModel;
  #isGone = false;
  #isLoaded = false;
  #listeners = 0;
  #following: { readonly abort: AbortController; readonly firstRead: Promise<void> } | undefined;

  private constructor(
    readonly directory: string,
    model: RunModel,
    parts: DiskRunParts,
  ) {
    this.#parts = parts;
    this.#model = model;
    this.#changes = new Emitter((error) =>
      parts.warn(`A listener of the run in ${directory} failed: ${String(error)}`),
    );
    this.#stopper = new Stopper({
      ask: () => this.#model.started !== undefined && askToEnd(this.#model.started),
      kill: () => this.#model.started && killForeign(this.#model.started),
      warn: parts.warn,
      silenceMs: SILENCE_MS,
    });
    this.#changes.on(() => this.#notes.fire('changed'));
    this.#look();
  }

  /** The run of a directory; undefined when there is none. Follows it when it goes on. */
  static async open(directory: string, parts: DiskRunParts): Promise<DiskRun | undefined> {
    const model = await peekRun(directory);
    return model && new DiskRun(directory, model, parts);
  }

  get id(): string {
    return this.directory;
  }

  get title(): string {
    return this.#parts.name(this.directory) ?? defaultTitle(this.#model, undefined, this.directory);
  }

  get model(): RunModel {
    return this.#model;
  }

  get state(): RunState {
    const { ended } = this.#model;
    if (ended) return ended.reason;
    if (this.#isGone) return this.#stopper.isKilled ? 'stopped' : 'lost';
    return this.#stopper.requests > 0 ? 'stopping' : 'running';
  }

  get end(): RunEnd | undefined {
    const { state } = this;
    if (state === 'starting' || state === 'running' || state === 'stopping') return undefined;
    const { ended, checkpoint, error } = this.#model;
    const message = "The run's process is gone, and said no end.";
    const lost = { name: 'RunLost', code: null, message, stack: null, location: null };
    return {
      reason: state,
      metrics: finalMetrics(this.#model),
      checkpoint: ended ? ended.checkpoint : (checkpoint?.last ?? checkpoint?.path ?? null),
      logDir: this.directory,
      ...(state === 'failed' && error && { error }),
      ...(state === 'lost' && { error: lost }),
    };
  }

  /** True when nobody listens and nothing is followed: what it holds can be read again. */
  get isIdle(): boolean {
    return this.#listeners === 0 && this.#following === undefined;
  }

  async load(): Promise<void> {
    if (this.#isLoaded) return;
    await this.#follow();
  }

  stop(): void {
    if (!isActive(this)) return;
    const { started } = this.#model;
    if (this.#stopper.requests === 0 && !(started && isSurely(started))) {
      const place = started?.host === undefined ? '' : ` on ${started.host}`;
      throw new UserError(
        `The run in ${this.directory} was started elsewhere, as process ${started?.pid}${place}, and cannot be reached from here. ` +
          'Stop it where it was started.',
      );
    }
    void this.#follow();
    this.#stopper.request();
    this.#changes.fire({ series: [] });
  }

  onChange(listener: (change: RunChange) => void): Disposable {
    const own = this.#changes.on(listener);
    this.#listeners++;
    let isOver = false;
    return {
      dispose: () => {
        if (!isOver) this.#listeners--;
        isOver = true;
        own.dispose();
      },
    };
  }

  /** As {@link onChange}, for its keeper: does not count as somebody who looks at it. */
  watch(listener: (what: 'changed' | 'loaded') => void): Disposable {
    return this.#notes.on(listener);
  }

  /** Its file changed: looks again, unless it is followed, which sees that by itself. */
  async refresh(): Promise<void> {
    if (this.#following) return;
    const model = await peekRun(this.directory);
    if (this.#following || !model) return;
    const isSame = model.started?.runId === this.#model.started?.runId && model.ended?.time === this.#model.ended?.time;
    if (this.#isLoaded && isSame && model.ended) return;
    if (this.#isLoaded) await this.#follow();
    else this.#model = model;
    this.#look();
    this.#changes.fire({ series: [] });
  }

  /** Forgets its metrics until it is loaded again; nothing when somebody listens or it goes on. */
  async unload(): Promise<void> {
    if (!this.#isLoaded || !this.isIdle) return;
    const model = await peekRun(this.directory);
    if (!model || !this.isIdle) return;
    this.#isLoaded = false;
    this.#model = model;
  }

  /** Stops following. The run itself goes on. */
  dispose(): void {
    this.#stopper.settle();
    this.#following?.abort.abort();
  }

  #look(): void {
    const { started, ended } = this.#model;
    this.#isGone = !ended && started !== undefined && !mayBeRunning(started);
    if (!ended && !this.#isGone && !this.#parts.isOwn(this)) void this.#follow();
  }

  /** Settles when all that the file holds now has been read; goes on following a run that is not over. */
  #follow(): Promise<void> {
    if (this.#following) return this.#following.firstRead;
    const abort = new AbortController();
    let isRead: () => void = () => undefined;
    const firstRead = new Promise<void>((resolve) => {
      isRead = resolve;
    });
    this.#following = { abort, firstRead };
    // What is shown stays until all is read: a chart must not begin anew for every piece of the file.
    let fresh = new RunModel();
    followRun(this.directory, {
      signal: abort.signal,
      onEvents: (events) => this.#take(fresh, events),
      onRestart: () => {
        fresh = new RunModel();
        if (this.#isLoaded) this.#model = fresh;
      },
      onRead: () => {
        if (this.#model !== fresh && fresh.started) {
          this.#model = fresh;
          this.#isLoaded = true;
          this.#notes.fire('loaded');
          this.#changes.fire({ series: fresh.series.names() });
        }
        isRead();
      },
      onWarning: (text) => fresh.note({ kind: 'warning', time: Date.now(), text }),
    })
      .then((reason) => {
        this.#isGone = reason === 'lost';
      })
      .catch((error: unknown) => {
        this.#model.note({ kind: 'error', time: Date.now(), text: `The run could not be read: ${String(error)}` });
      })
      .finally(() => {
        this.#following = undefined;
        this.#stopper.settle();
        isRead();
        this.#changes.fire({ series: [] });
      });
    return firstRead;
  }

  #take(model: RunModel, events: readonly RunEvent[]): void {
    this.#stopper.heard();
    const changed = events.map((event) => model.apply(event));
    if (model !== this.#model) return; // not shown yet
    if (events.length > FEW_EVENTS) this.#changes.fire({ series: [...new Set(changed.flat())] });
    else events.forEach((event, i) => void this.#changes.fire({ event, series: changed[i] ?? [] }));
  }
}
