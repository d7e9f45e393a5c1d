import type { SourceLocation, SpanCategory } from '../protocol/index.js';
import { categoryOf, type EndedSpan, type Frame, type KernelCase, makeFrame, type RunningSpan } from './frame.js';
import type { SpanOutput } from './spanOutput.js';

/** Names that a profiler keeps apart; someone may make one for each batch. */
const MAX_FRAMES = 10_000;
const OTHERS = '(other actions)';
/** So long what has been measured may stay in memory alone. */
const TICK_MS = 1000;

/**
 * Spans inside of spans: knows what runs at this moment, adds up how long each name took, and hands what has ended to the files. Memory
 * is bounded by the number of names. Cost: two looks at the clock, and little else; what runs is kept in objects that are used again.
 */
export class SpanRecorder {
  /** Named actions: what reports tell of. */
  readonly #actions = new Map<string, Frame>();
  /** Parts that are no actions: the run, a validation, kernels. */
  readonly #parts = new Map<SpanCategory, Map<string, Frame>>();
  /** Those up to the depth run; the rest waits to be used again. */
  readonly #running: RunningSpan[] = [];
  #depth = 0;
  #sources: ReadonlyMap<string, SourceLocation> = new Map();
  #output: SpanOutput | undefined;
  #onTick: () => void = () => undefined;
  #nextTick = Number.POSITIVE_INFINITY;
  #ids = 0;

  /** Of all runs, in the order of their first call. */
  get actions(): IterableIterator<Frame> {
    return this.#actions.values();
  }

  /** The innermost action that runs. */
  get innermost(): string | undefined {
    return this.#open.findLast(({ frame }) => frame.isAction)?.frame.name;
  }

  /** The frame of an action. */
  action(name: string): Frame {
    return this.#actions.get(name) ?? this.#add(this.#actions, name, categoryOf(name), true);
  }

  /** The frame of a part that is no action. */
  part(name: string, category: SpanCategory): Frame {
    let frames = this.#parts.get(category);
    if (!frames) {
      frames = new Map();
      this.#parts.set(category, frames);
    }
    return frames.get(name) ?? this.#add(frames, name, category, false);
  }

  /**
   * A run begins.
   * @param output where its spans go, undefined for nowhere
   * @param onTick called about once a second, between two spans
   */
  attach(output: SpanOutput | undefined, sources: ReadonlyMap<string, SourceLocation>, onTick: () => void): void {
    this.#output = output;
    this.#sources = sources;
    this.#onTick = onTick;
    this.#nextTick = performance.now() + TICK_MS;
    this.#ids = 0;
    for (const frames of [this.#actions, ...this.#parts.values()]) {
      for (const frame of frames.values()) {
        frame.source = sources.get(frame.name);
        frame.before = { count: frame.count, totalMs: frame.totalMs, selfMs: frame.selfMs };
        frame.candidates = 0;
        frame.fileId = undefined;
      }
    }
  }

  /** The run is over: the rest goes to the files, which are closed. */
  detach(): void {
    this.#output?.close(this.#open);
    this.#output = undefined;
    this.#nextTick = Number.POSITIVE_INFINITY;
  }

  begin(frame: Frame): void {
    const depth = this.#depth++;
    const parent = depth > 0 ? this.#running[depth - 1] : undefined;
    const output = this.#output;
    let isKept = false;
    if (output) {
      const isCandidate = parent === undefined || parent.frame.isContainer || frame.isContainer;
      isKept = isCandidate ? output.keeps(frame) : parent.isKept;
      // What is around a span that is kept must be in the files, too.
      if (isKept) for (let outer = parent; outer && !outer.isKept; outer = outer.parent) outer.isKept = true;
    }
    frame.running++;
    const span = this.#running[depth] ?? this.#makeRoom(frame);
    span.frame = frame;
    span.id = this.#ids++;
    span.parent = parent;
    span.parentId = parent ? parent.id : -1;
    span.innerMs = 0;
    span.isKept = isKept;
    span.isAnnounced = false;
    span.start = performance.now();
  }

  /** The latest one of the action's ends, see {@link end}. */
  endAction(name: string): boolean {
    // Nearly always it is the innermost one, which is found without a look into the map.
    const last = this.#running[this.#depth - 1];
    return last && last.frame.name === name && last.frame.isAction ? this.end(last.frame) : this.end(this.action(name));
  }

  /**
   * The latest one of the frame's ends, also when others began inside of it and go on.
   * @returns false when none of the frame's runs
   */
  end(frame: Frame): boolean {
    const now = performance.now();
    const span = this.#take(frame);
    if (!span) return false;
    this.#count(span, now - span.start);
    if (span.isKept) this.#output?.add(endedSpan(span, now));
    if (now >= this.#nextTick || this.#output?.isFull) this.tick();
    return true;
  }

  /**
   * The same for a kernel, with what is known of it only now.
   * @param describe asked when the clock has been looked at; gives shapes and memory
   */
  endKernel(frame: Frame, describe: () => readonly [KernelCase, bytes: number]): EndedSpan | undefined {
    const now = performance.now();
    const span = this.#take(frame);
    if (!span) return undefined;
    this.#count(span, now - span.start);
    const [kernel, bytes] = describe();
    const ended = { ...endedSpan(span, now), kernel, bytes };
    if (span.isKept) this.#output?.add(ended);
    if (now >= this.#nextTick || this.#output?.isFull) this.tick();
    return ended;
  }

  /** As if the latest one of the frame's had not begun. */
  cancel(frame: Frame): void {
    this.#take(frame);
  }

  /** Writes what has ended. */
  tick(): void {
    this.#nextTick = performance.now() + TICK_MS;
    this.#output?.flush(this.#open);
    this.#onTick();
  }

  #count({ frame, parent, innerMs }: RunningSpan, durationMs: number): void {
    frame.count++;
    frame.totalMs += durationMs;
    if (durationMs > innerMs) frame.selfMs += durationMs - innerMs; // those that overlap may add up to more
    if (parent) parent.innerMs += durationMs;
  }

  get #open(): RunningSpan[] {
    return this.#running.slice(0, this.#depth);
  }

  #take(frame: Frame): RunningSpan | undefined {
    const running = this.#running;
    let index = this.#depth - 1;
    while (index >= 0 && running[index]?.frame !== frame) index--;
    const span = running[index];
    if (!span) return undefined;
    frame.running--;
    this.#depth--;
    if (index < this.#depth) {
      // Others go on inside of it: they move up, and its object waits behind them.
      running.splice(index, 1);
      running.splice(this.#depth, 0, span);
      const inner = running[index];
      if (inner) inner.parent = span.parent;
    }
    return span;
  }

  #makeRoom(frame: Frame): RunningSpan {
    const span: RunningSpan = {
      frame,
      id: 0,
      parent: undefined,
      parentId: -1,
      start: 0,
      innerMs: 0,
      isKept: false,
      isAnnounced: false,
    };
    this.#running.push(span);
    return span;
  }

  #add(frames: Map<string, Frame>, name: string, category: SpanCategory, isAction: boolean): Frame {
    if (frames.size >= MAX_FRAMES && name !== OTHERS) {
      return frames.get(OTHERS) ?? this.#add(frames, OTHERS, category, isAction);
    }
    const frame = makeFrame(name, category, isAction);
    frame.source = this.#sources.get(name);
    frames.set(name, frame);
    return frame;
  }
}

function endedSpan({ frame, id, parentId, start, innerMs }: RunningSpan, now: number): EndedSpan {
  const durationMs = now - start;
  return { frame, id, parentId, start, durationMs, selfMs: Math.max(0, durationMs - innerMs) };
}
