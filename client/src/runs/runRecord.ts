import { basename } from 'node:path';
import type { RunState } from '@lightning-typescript/webview/messages';
import { fromWireNumber, type RunEndReason, type RunEvent, type SourceLocation } from 'lightning-tfjs/protocol';
import type { Disposable } from '../emitter.js';
import type { RunModel } from './runModel.js';
import { type RunRequest, requestTitle } from './runnable.js';

/** Why a run failed or was lost. */
export interface RunError {
  readonly name: string;
  readonly code: string | null;
  readonly message: string;
  readonly stack: string | null;
  /** The place in the user's source, when it is known. */
  readonly location: SourceLocation | null;
}

/** How a run ended; what the commands that start one return. */
export interface RunEnd {
  readonly reason: RunEndReason;
  /** Final metrics. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Path to continue from, when one was written. */
  readonly checkpoint: string | null;
  /** The run directory, when it was made. */
  readonly logDir: string | null;
  readonly error?: RunError;
}

/** Something in a run changed: its state, or what an event told. */
export interface RunChange {
  /** Undefined for a change of state, and when many events came at once, as they do while a file is read. */
  readonly event?: RunEvent;
  /** Names of the metrics with new points. */
  readonly series: readonly string[];
}

/** A run, wherever it was started: in this window (`Run`), or found on disk (`DiskRun`). */
export interface RunRecord {
  /** Of a run on disk its directory, so that it is the same after a reload. */
  readonly id: string;
  /** For people: the name that was given to it, or else its module's. */
  readonly title: string;
  readonly state: RunState;
  /** The run directory, absolute; null when it writes none, or has not said it yet. */
  readonly directory: string | null;
  /** Undefined when it was started elsewhere. */
  readonly request: RunRequest | undefined;
  /** What its events told. Of a run on disk only its beginning and its end, until it is loaded. Another object after the file was replaced. */
  readonly model: RunModel;
  readonly end: RunEnd | undefined;
  /** Reads `run.ndjson` of a run that is on disk only; at once for one of this window. Never rejects: what cannot be read is a notice in the model. */
  load(): Promise<void>;
  /** Asks it to end well; see `Stopper` for what a second and a third call do. Throws `UserError` when it is out of reach. */
  stop(): void;
  /** Calls `listener` at every change until disposed. */
  onChange(listener: (change: RunChange) => void): Disposable;
}

/** True when a run goes on, or may still. */
export function isActive({ state }: Pick<RunRecord, 'state'>): boolean {
  return state === 'starting' || state === 'running' || state === 'stopping';
}

/** A run's name for people when nobody named it. */
export function defaultTitle(model: RunModel, request: RunRequest | undefined, directory: string | null): string {
  return model.started?.moduleName ?? (request ? requestTitle(request) : basename(directory ?? ''));
}

/** The last values that a run told of. */
export function finalMetrics({ ended, progress }: RunModel): Readonly<Record<string, number>> {
  const known = Object.entries(ended?.metrics ?? progress?.metrics ?? {});
  return Object.fromEntries(known.map(([name, value]) => [name, fromWireNumber(value)]));
}

/** Settles when a run is over. */
export function whenEnded(run: RunRecord): Promise<RunEnd> {
  return new Promise((resolve) => {
    const look = () => {
      if (!run.end) return;
      listener.dispose();
      resolve(run.end);
    };
    const listener = run.onChange(look);
    look();
  });
}
