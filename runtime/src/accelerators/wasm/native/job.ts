/**
 * A kernel call that threads share. It stands in memory that all of them see: first these int32 words, then, as
 * float64, the call itself. Numbers of every kind (addresses, sizes, rates) fit a float64 exactly.
 */
export const WORD = {
  /** The job's number times {@link MAX_PARTS} plus the count of parts that nobody has taken. Threads sleep on it. */
  tickets: 0,
  /** Parts that are done. The caller sleeps on it. */
  done: 1,
  /** Parts that failed: a trap inside a kernel. */
  failed: 2,
} as const;

/** Places in the float64 area. The arguments follow. */
const FIELD = {
  kernel: 0,
  parts: 1,
  total: 2,
  step: 3,
  fromArgument: 4,
  scratchArgument: 5,
  argumentCount: 6,
} as const;
const FIRST_ARGUMENT = 7;

/** A job has fewer parts than this: its number and what is left of it share one word. */
export const MAX_PARTS = 4096;
const FLOATS_AT = 64;
/** Bytes of the shared area. */
export const JOB_BYTES = FLOATS_AT + 8 * (FIRST_ARGUMENT + 32);

/** What the threads compute. */
export interface Job {
  /** Its place in {@link KERNEL_NAMES}. */
  readonly kernel: number;
  readonly args: readonly number[];
  /** The place of the argument that says where a part begins; the next one says where it ends. */
  readonly fromArgument: number;
  /** The place of the scratch memory's address, which is each thread's own; -1 for a kernel without. */
  readonly scratchArgument: number;
  /** What is divided: rows, columns or elements; and how much of it a part takes. */
  readonly total: number;
  readonly step: number;
}

/** The kernels of `runtime/kernels` that threads can share, in the order of their numbers. */
export const KERNEL_NAMES = ['matMul', 'adam', 'sgd', 'lstm', 'lstmGrad'] as const;
export type KernelName = (typeof KERNEL_NAMES)[number];
export type Kernels = Readonly<Record<KernelName, (...args: number[]) => void>>;

/** The shared area as its users see it. */
export class JobBoard {
  readonly words: Int32Array;
  readonly #floats: Float64Array;

  constructor(readonly buffer: SharedArrayBuffer) {
    this.words = new Int32Array(buffer, 0, FLOATS_AT / Int32Array.BYTES_PER_ELEMENT);
    this.#floats = new Float64Array(buffer, FLOATS_AT);
  }

  /** Writes a job down; nobody looks before its tickets are out. */
  write({ kernel, args, fromArgument, scratchArgument, total, step }: Job): number {
    const parts = Math.ceil(total / step);
    const floats = this.#floats;
    floats[FIELD.kernel] = kernel;
    floats[FIELD.parts] = parts;
    floats[FIELD.total] = total;
    floats[FIELD.step] = step;
    floats[FIELD.fromArgument] = fromArgument;
    floats[FIELD.scratchArgument] = scratchArgument;
    floats[FIELD.argumentCount] = args.length;
    for (let i = 0; i < args.length; i++) floats[FIRST_ARGUMENT + i] = args[i] as number;
    return parts;
  }

  /**
   * Takes parts until none is left, and computes them.
   * The job cannot change under a part: its caller waits until each part that was taken is done.
   */
  work(kernels: readonly ((...args: number[]) => void)[], scratch: number): void {
    const { words } = this;
    for (;;) {
      const seen = Atomics.load(words, WORD.tickets);
      const left = seen & (MAX_PARTS - 1);
      if (left === 0) return;
      if (Atomics.compareExchange(words, WORD.tickets, seen, seen - 1) !== seen) continue;
      try {
        this.#compute(left - 1, kernels, scratch);
      } catch {
        Atomics.add(words, WORD.failed, 1); // the caller throws; a thread must not die of it
      }
      const parts = this.#floats[FIELD.parts] as number; // before the caller may go on
      if (Atomics.add(words, WORD.done, 1) + 1 === parts) Atomics.notify(words, WORD.done);
    }
  }

  #compute(part: number, kernels: readonly ((...args: number[]) => void)[], scratch: number): void {
    const floats = this.#floats;
    const at = (field: number) => floats[field] as number;
    const args = Array.from(floats.subarray(FIRST_ARGUMENT, FIRST_ARGUMENT + at(FIELD.argumentCount)));
    const from = part * at(FIELD.step);
    args[at(FIELD.fromArgument)] = from;
    args[at(FIELD.fromArgument) + 1] = Math.min(at(FIELD.total), from + at(FIELD.step));
    if (at(FIELD.scratchArgument) >= 0) args[at(FIELD.scratchArgument)] = scratch;
    kernels[at(FIELD.kernel)]?.(...args);
  }
}
