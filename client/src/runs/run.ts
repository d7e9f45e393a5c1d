import { existsSync } from 'node:fs';
import type { RunState } from '@lightning-typescript/webview/messages';
import { isRunEvent, PROTOCOL_VERSION, type RunEndReason, type RunEvent } from 'lightning-tfjs/protocol';
import { type Disposable, Emitter } from '../emitter.js';
import type { Schedule } from '../schedule.js';
import type { ChildExit, ChildListeners, RunChild } from './child.js';
import { RunModel } from './runModel.js';
import type { RunRequest } from './runnable.js';
import { defaultTitle, finalMetrics, type RunChange, type RunEnd, type RunError, type RunRecord } from './runRecord.js';
import { Stopper } from './stopper.js';

/** Broken messages beyond these are only counted. */
const MAX_BROKEN_LOGGED = 5;
/** How much of the error output is kept to explain an exit without an error event. */
const ERROR_TAIL_CHARACTERS = 4_000;

/** Where a run writes what only the log shows. */
export interface RunLog {
  output(stream: 'stdout' | 'stderr', text: string): void;
  info(text: string): void;
  warn(text: string): void;
}

/** What a run needs from outside. */
export interface RunParts {
  /** Starts the process. */
  readonly start: (listeners: ChildListeners) => RunChild;
  readonly log: RunLog;
  readonly schedule?: Schedule;
  /** The name that the person gave to the run of a directory. */
  readonly name?: (directory: string) => string | undefined;
}

/**
 * One run in a process of its own: `starting` until it says that it started, then `running`, `stopping` once asked to stop, and
 * at the end `finished`, `stopped`, `failed` or, when the process is gone without a word, `lost`.
 */
export class Run implements RunRecord {
  readonly model = new RunModel();
  /** Settles when the process is gone; never rejects. */
  readonly ended: Promise<RunEnd>;
  readonly #child: RunChild;
  readonly #log: RunLog;
  readonly #name: (directory: string) => string | undefined;
  readonly #stopper: Stopper;
  readonly #changes: Emitter<RunChange>;
  #settle: (end: RunEnd) => void = () => undefined;
  #state: RunState = 'starting';
  #end: RunEnd | undefined;
  #refusal: string | undefined;
  #brokenCount = 0;
  #errorTail = '';

  constructor(
    readonly id: string,
    readonly request: RunRequest,
    { start, log, schedule, name }: RunParts,
  ) {
    this.#log = log;
    this.#name = name ?? (() => undefined);
    this.#changes = new Emitter((error) => log.warn(`A listener of run ${id} failed: ${String(error)}`));
    this.ended = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#child = start({
      onMessage: (message) => this.#receive(message),
      onOutput: (stream, text) => this.#output(stream, text),
      onExit: (exit) => this.#conclude(exit),
    });
    this.#stopper = new Stopper({
      ask: () => this.#child.send({ command: 'stop' }),
      kill: () => this.#child.kill(),
      warn: (text) => log.warn(text),
      ...(schedule && { schedule }),
    });
  }

  get title(): string {
    const { directory } = this;
    return (directory === null ? undefined : this.#name(directory)) ?? defaultTitle(this.model, this.request, null);
  }

  get directory(): string | null {
    return this.model.started?.logDir ?? null;
  }

  /** Of its process; undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Everything came over the channel already. */
  load(): Promise<void> {
    return Promise.resolve();
  }

  /** Where it is in its life. */
  get state(): RunState {
    return this.#state;
  }

  /** How it ended; undefined while it runs. */
  get end(): RunEnd | undefined {
    return this.#end;
  }

  /** Calls `listener` at every change until disposed. */
  onChange(listener: (change: RunChange) => void): Disposable {
    return this.#changes.on(listener);
  }

  /**
   * Asks it to end at its next batch, after a checkpoint. A second call ends it at once, a third kills it and all that it
   * started; both happen by themselves when it does not answer.
   */
  stop(): void {
    if (this.#end) return;
    this.#stopper.request();
    if (this.#stopper.requests === 1 && !this.#stopper.isKilled) this.#become('stopping');
  }

  /** Holds it before its next batch; `model.isPaused` tells when it does. False when it does not listen any more. */
  pause(): boolean {
    return this.#send('pause');
  }

  /** Lets it go on after {@link pause}. False when it does not listen any more. */
  resumeTraining(): boolean {
    return this.#send('resume');
  }

  /** Has it write a checkpoint as soon as one would be whole; an event tells of it. False when it does not listen any more. */
  saveCheckpoint(): boolean {
    return this.#send('save-checkpoint');
  }

  #send(command: 'pause' | 'resume' | 'save-checkpoint'): boolean {
    return this.#end === undefined && this.#child.send({ command });
  }

  #receive(message: unknown): void {
    if (!isRunEvent(message)) this.#receiveBroken(message);
    else if (message.type === 'run-started' && message.protocol !== PROTOCOL_VERSION) this.#refuse(message.protocol);
    else this.#take(message);
  }

  #take(message: RunEvent): void {
    this.#stopper.heard();
    const series = this.model.apply(message);
    if (message.type === 'run-started' && this.#state === 'starting') this.#state = 'running';
    this.#changes.fire({ event: message, series });
  }

  #receiveBroken(message: unknown): void {
    this.#brokenCount++;
    if (this.#brokenCount > MAX_BROKEN_LOGGED) return;
    this.#log.warn(`Ignored a message that is no event of the run protocol: ${inShort(message)}`);
    if (this.#brokenCount === MAX_BROKEN_LOGGED) this.#log.warn('Further such messages of this run are not logged.');
  }

  #refuse(protocol: number): void {
    this.#refusal =
      `The module's lightning-tfjs speaks version ${protocol} of the run protocol, this extension version ` +
      `${PROTOCOL_VERSION}. Update whichever is older.`;
    this.#stopper.kill();
  }

  #output(stream: 'stdout' | 'stderr', text: string): void {
    if (stream === 'stderr') this.#errorTail = (this.#errorTail + text).slice(-ERROR_TAIL_CHARACTERS);
    this.#log.output(stream, text);
  }

  #conclude(exit: ChildExit): void {
    this.#stopper.settle();
    const { ended } = this.model;
    const { reason, error } = this.#verdict(exit);
    if (error && !this.model.error) {
      this.model.note({ kind: 'error', time: Date.now(), text: `${error.name}: ${error.message}` });
    }
    const end: RunEnd = {
      reason,
      metrics: finalMetrics(this.model),
      checkpoint: ended ? ended.checkpoint : this.#lastCheckpoint(),
      logDir: this.directory,
      ...(error && { error }),
    };
    this.#end = end;
    this.#become(reason);
    this.#settle(end);
  }

  /** Of a run that could not say it itself. Its newest file may have been replaced since by one that we were not told of. */
  #lastCheckpoint(): string | null {
    const { last = null, path = null } = this.model.checkpoint ?? {};
    return [path, last].find((file) => file !== null && existsSync(file)) ?? null;
  }

  #verdict({ code, signal, error }: ChildExit): { reason: RunEndReason; error?: RunError } {
    const { ended } = this.model;
    if (this.#refusal !== undefined) return failed('ProtocolMismatch', this.#refusal);
    if (error) return failed('StartFailed', `The Trainer's process could not be started: ${error.message}`);
    if (ended?.reason === 'failed') return { reason: 'failed', error: this.#reported() };
    if (ended) return { reason: ended.reason };
    if (this.#stopper.isKilled) return { reason: 'stopped' };
    if (code === 1 || code === 2) return { reason: 'failed', error: this.#reported() };
    // Asked before it had begun, it has no run to speak of; it just leaves.
    if (this.#stopper.requests > 0 && signal === null) return { reason: 'stopped' };
    const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
    const guess = signal === 'SIGABRT' || signal === 'SIGKILL' || code === 134 ? ' It may have run out of memory.' : '';
    return {
      reason: 'lost',
      error: plainError('RunLost', `The Trainer's process ended without saying how (${how}).${guess}`),
    };
  }

  #reported(): RunError {
    const { error } = this.model;
    if (error) return error;
    const tail = this.#errorTail.trim();
    return plainError('RunFailed', tail === '' ? 'The run failed and gave no reason.' : tail);
  }

  #become(state: RunState): void {
    this.#state = state;
    this.#changes.fire({ series: [] });
  }
}

function failed(name: string, message: string): { reason: 'failed'; error: RunError } {
  return { reason: 'failed', error: plainError(name, message) };
}

function plainError(name: string, message: string): RunError {
  return { name, code: null, message, stack: null, location: null };
}

function inShort(message: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(message) ?? String(message);
  } catch {
    text = String(message);
  }
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
