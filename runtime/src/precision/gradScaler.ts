import { gradientsOf, setGradient } from '../autograd/index.js';
import { MisconfigurationError, RunError } from '../errors/index.js';
import type { Optimizer } from '../optim/index.js';
import * as tf from '../tf.js';

/** Numbers of {@link GradScaler}. */
export interface GradScalerOptions {
  /** The factor to begin with; default 65536. */
  initScale?: number;
  /** What it is multiplied by after `growthInterval` good updates; default 2. */
  growthFactor?: number;
  /** What it is multiplied by after an update with an infinite gradient; default 0.5. */
  backoffFactor?: number;
  /** Good updates in a row before it grows; default 2000. */
  growthInterval?: number;
}

const DEFAULTS: Required<GradScalerOptions> = {
  initScale: 65536,
  growthFactor: 2,
  backoffFactor: 0.5,
  growthInterval: 2000,
};

/** Names of the numbers in a checkpoint. */
const STATE_KEYS = {
  scale: 'initScale',
  growth_factor: 'growthFactor',
  backoff_factor: 'backoffFactor',
  growth_interval: 'growthInterval',
} as const;

/**
 * Scales losses so that small gradients do not vanish in float16, and takes the factor back where gradients overflow. State: the
 * factor and how long it has been good. Source: torch.amp.GradScaler.
 */
export class GradScaler {
  #options: Required<GradScalerOptions>;
  #scale: number;
  #growthTracker = 0;
  /** Of each optimizer that was unscaled since the latest {@link update}: whether a gradient was not finite. */
  readonly #overflowed = new Map<Optimizer, boolean>();

  /** @throws MisconfigurationError for an option that there is not, or a value that is not allowed */
  constructor(options: GradScalerOptions = {}) {
    this.#options = checked({ ...DEFAULTS, ...options });
    this.#scale = this.#options.initScale;
  }

  /** The factor. */
  getScale(): number {
    return this.#scale;
  }

  /** The loss times the factor. @param loss borrowed */
  scale(loss: tf.Scalar): tf.Scalar {
    return tf.mul(loss, this.#scale);
  }

  /**
   * Takes the factor out of the gradients of an optimizer's parameters, and notes whether one is infinite or NaN.
   * @throws RunError when it was done since the latest {@link update}
   */
  async unscale(optimizer: Optimizer): Promise<void> {
    if (this.#overflowed.has(optimizer)) {
      throw new RunError({
        code: 'unscaled-twice',
        found: 'unscale was called a second time on the same optimizer since the last update.',
        fix: 'Call it once, after all gradients are summed up.',
      });
    }
    const inverse = Math.fround(1 / this.#scale);
    const parameters = optimizer.parameters.filter((parameter) => gradientsOf(parameter) !== undefined);
    if (parameters.length === 0) {
      this.#overflowed.set(optimizer, false);
      return;
    }
    const check = tf.tidy(() => {
      const sums = parameters.map((parameter) => {
        const gradient = tf.mul(gradientsOf(parameter) as tf.Tensor, inverse); // filtered above
        setGradient(parameter, gradient);
        return tf.sum(tf.mul(gradient, 0)); // 0, but NaN for what is not finite
      });
      return tf.addN(sums);
    });
    const [sum = 0] = await check.data();
    check.dispose();
    this.#overflowed.set(optimizer, Number.isNaN(sum));
  }

  /** Updates the parameters, unless a gradient was not finite. Takes the factor out before, where that was not done yet. */
  async step(optimizer: Optimizer): Promise<void> {
    if (!this.#overflowed.has(optimizer)) await this.unscale(optimizer);
    if (!this.#overflowed.get(optimizer)) await optimizer.step();
  }

  /** After the steps of all optimizers: lowers or raises the factor as they went. */
  update(): void {
    const { growthFactor, backoffFactor, growthInterval } = this.#options;
    if ([...this.#overflowed.values()].includes(true)) {
      this.#scale *= backoffFactor;
      this.#growthTracker = 0;
    } else if (++this.#growthTracker === growthInterval) {
      const grown = Math.fround(this.#scale * growthFactor);
      if (Number.isFinite(grown)) this.#scale = grown;
      this.#growthTracker = 0;
    }
    this.#overflowed.clear();
  }

  /** What a checkpoint holds; keys are torch's. */
  stateDict(): Record<string, number> {
    const { growthFactor, backoffFactor, growthInterval } = this.#options;
    return {
      scale: this.#scale,
      growth_factor: growthFactor,
      backoff_factor: backoffFactor,
      growth_interval: growthInterval,
      _growth_tracker: this.#growthTracker,
    };
  }

  /** Takes back what {@link stateDict} returned. @throws MisconfigurationError when it is something else; nothing is changed then */
  loadStateDict(state: Readonly<Record<string, unknown>>): void {
    const entries = Object.entries(STATE_KEYS).map(([key, option]) => [option, state[key]]);
    const options = checked(Object.fromEntries(entries) as Required<GradScalerOptions>); // as the check will show
    const tracker = state._growth_tracker;
    if (!Number.isSafeInteger(tracker) || Number(tracker) < 0) throw badState('_growth_tracker', tracker);
    this.#options = options;
    this.#scale = options.initScale;
    this.#growthTracker = Number(tracker);
    this.#overflowed.clear();
  }
}

function checked(options: Required<GradScalerOptions>): Required<GradScalerOptions> {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(DEFAULTS, name)) throw badState(name, value);
    if (typeof value !== 'number' || !(value > 0) || !Number.isFinite(value)) throw badState(name, value);
  }
  if (options.growthFactor <= 1) throw badState('growthFactor', options.growthFactor);
  if (options.backoffFactor >= 1) throw badState('backoffFactor', options.backoffFactor);
  if (!Number.isSafeInteger(options.growthInterval)) throw badState('growthInterval', options.growthInterval);
  return options;
}

function badState(name: string, value: unknown): MisconfigurationError {
  return new MisconfigurationError({
    code: 'grad-scaler',
    found: `GradScaler: \`${name}\` is ${String(value)}.`,
    allowed: 'initScale above 0, growthFactor above 1, backoffFactor between 0 and 1, growthInterval a count from 1 up',
  });
}
