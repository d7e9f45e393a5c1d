/** Every value that `accelerator` may have. `cuda` and `mps` are PyTorch Lightning's names for a kind of `gpu`. */
export const ACCELERATOR_NAMES = ['auto', 'cpu', 'gpu', 'tpu', 'ipu', 'cuda', 'mps'] as const;
export type AcceleratorName = (typeof ACCELERATOR_NAMES)[number];
/** An accelerator that a run can end up on: `auto` is a wish, not a place. */
export type ConcreteAcceleratorName = Exclude<AcceleratorName, 'auto'>;

/** The engines inside this package: `wasm` is the fast one, `cpu` is tfjs's reference in plain JavaScript. */
export const ENGINE_NAMES = ['wasm', 'cpu'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** What computes a run's tensors. */
export interface Engine {
  readonly accelerator: ConcreteAcceleratorName;
  /** The name of the active tfjs backend. */
  readonly backend: EngineName;
  /** One sentence for people: what was chosen, and for which reason. */
  readonly why: string;
  /** True when reading a tensor back does not wait for a device, so that values may be read at every step. */
  readonly readsAreFree: boolean;
}

/** How an accelerator is to be started. */
export interface StartOptions {
  /** Which engine of the accelerator; default: its best. */
  readonly engine?: EngineName;
  /** Threads that compute, from 1 to 64; default: `LIGHTNING_NUM_THREADS`, else what the machine has, at most 8. */
  readonly threads?: number;
}

/** One kind of hardware: its row in the registry. */
export interface AcceleratorRow {
  readonly name: ConcreteAcceleratorName;
  /** Cheap and without side effects: says whether `start` has a chance. `auto` asks this. */
  isAvailable(): Promise<boolean>;
  /** Loads the engine and makes it tfjs's active backend. Throws `EngineError` when it cannot. */
  start(options: StartOptions): Promise<Engine>;
}
