import { gradientsOf, zeroGrads } from '../autograd/index.js';
import type { TensorData } from '../checkpoint/index.js';
import { MisconfigurationError, nearest } from '../errors/index.js';
import * as tf from '../tf.js';
import { checkOptimizerState, checkSavedOptions, checkSlots, type OptimizerState } from './optimizerState.js';
import { Slots } from './slots.js';

/** Options that every optimizer has. */
export interface OptimizerOptions {
  /** Learning rate. */
  lr?: number;
}

/** Options of the optimizers that update each parameter by its gradient alone. */
export interface GradientOptions extends OptimizerOptions {
  /** Climb instead of descend; default false. */
  maximize?: boolean;
}

/** Parameters that share options. */
export type ParamGroup<O extends OptimizerOptions = OptimizerOptions> = Required<O> & {
  lr: number;
  /** A name for those who log rates. */
  name?: string;
  readonly params: readonly tf.Variable[];
};

/** Parameters as an optimizer takes them: a list, or groups with options of their own. */
export type ParamsInput<O extends OptimizerOptions> = Iterable<tf.Variable> | Iterable<ParamGroupInput<O>>;

/** One group: its parameters, options of its own, and perhaps a name. */
export type ParamGroupInput<O extends OptimizerOptions = OptimizerOptions> = Partial<O> & {
  params: Iterable<tf.Variable>;
  name?: string;
};

/**
 * Base of the optimizers: groups, state and closures. An optimizer itself is one formula, in `update`.
 * Source: torch.optim.Optimizer.
 */
export abstract class Optimizer<O extends OptimizerOptions = OptimizerOptions> {
  /** Live: a scheduler or the user may change a group's options between steps. */
  readonly paramGroups: ParamGroup<O>[];
  readonly #slots = new Map<tf.Variable, Slots>();
  /** What a group has that says nothing else: typed loosely, since it is of the same options as the groups. */
  readonly #defaults: object;

  /** @throws MisconfigurationError for no parameters, a parameter given twice, and options that the optimizer does not have */
  constructor(params: ParamsInput<O>, options: O, defaults: Required<O>) {
    const name = new.target.name;
    checkOptionNames(name, options, defaults);
    const inputs: unknown[] = [...params];
    if (inputs.length === 0 && this.needsParameters) {
      throw new MisconfigurationError({
        code: 'no-parameters',
        found: `${name} was given no parameters.`,
        fix: 'Pass this.parameters(), and make sure that the layers are fields of the module.',
      });
    }
    this.#defaults = { ...defaults, ...withoutUndefined(options) };
    // Defaults hold every option.
    this.paramGroups = isListOfVariables(inputs)
      ? [{ ...this.#defaults, params: inputs } as unknown as ParamGroup<O>]
      : inputs.map((input) => this.#makeGroup(input as ParamGroupInput<O>)); // by the type of `params`
    for (const group of this.paramGroups) this.check(group);
    for (const parameter of this.parameters) {
      if (this.#slots.has(parameter)) throw parameterTwice(name, parameter);
      this.#slots.set(parameter, new Slots());
    }
  }

  /**
   * Adds parameters, from now on updated with the others. Options that are left out are the constructor's.
   * Source: torch.optim.Optimizer.add_param_group.
   * @throws MisconfigurationError for a parameter that is in another group already, and options that the optimizer does not have
   */
  addParamGroup(input: ParamGroupInput<O>): void {
    const group = this.#makeGroup(input);
    this.check(group);
    const present = new Set(this.parameters);
    for (const parameter of group.params) {
      if (present.has(parameter)) throw parameterTwice(this.constructor.name, parameter);
      present.add(parameter);
    }
    this.paramGroups.push(group);
  }

  #makeGroup(input: ParamGroupInput<O>): ParamGroup<O> {
    const { params, name, ...own } = input;
    checkOptionNames(this.constructor.name, own, this.#defaults);
    // Defaults hold every option.
    return {
      ...this.#defaults,
      ...own,
      ...(name !== undefined && { name }),
      params: [...params],
    } as unknown as ParamGroup<O>;
  }

  /** False for an optimizer that may have nothing to optimize. */
  protected get needsParameters(): boolean {
    return true;
  }

  /** All parameters, through all groups. */
  get parameters(): tf.Variable[] {
    return this.paramGroups.flatMap(({ params }) => [...params]);
  }

  /**
   * One update of every parameter that has a gradient.
   * @param closure computes loss and gradients; called first
   * @returns what the closure returned
   */
  async step<T = undefined>(closure?: () => Promise<T>): Promise<T | undefined> {
    const loss = await closure?.();
    for (const group of this.paramGroups) {
      for (const parameter of group.params) {
        const gradient = gradientsOf(parameter);
        if (gradient) this.#apply(parameter, gradient, group);
      }
    }
    return loss;
  }

  /** Drops the gradients of all parameters. */
  zeroGrad(): void {
    zeroGrads(this.parameters);
  }

  /**
   * State as host copies, for a checkpoint.
   * @param names of the parameters; one without a name is called by its number
   * @param read how a slot is copied, or what stands in for a copy
   */
  async stateDict(
    names: ReadonlyMap<tf.Variable, string> = new Map(),
    read: ReadSlot = copySlot,
  ): Promise<OptimizerState> {
    const { parameters } = this;
    const nameOf = (parameter: tf.Variable) => names.get(parameter) ?? String(parameters.indexOf(parameter));
    const state = parameters.map(
      async (parameter) => [nameOf(parameter), await readSlots(this.slotsOf(parameter), read)] as const,
    );
    return {
      name: this.constructor.name,
      paramGroups: this.paramGroups.map(({ params, ...options }) => ({ options, params: params.map(nameOf) })),
      state: Object.fromEntries(await Promise.all(state)),
    };
  }

  /**
   * Takes back what {@link stateDict} returned.
   * @throws MisconfigurationError when it is another optimizer's, or of other options or shapes; nothing is changed then
   */
  loadStateDict(saved: unknown): void {
    const { name, paramGroups, state } = checkOptimizerState(saved);
    const { parameters } = this;
    const sizes = (groups: readonly { readonly params: readonly unknown[] }[]) =>
      groups.map(({ params }) => params.length).join('+');
    if (name !== this.constructor.name || sizes(paramGroups) !== sizes(this.paramGroups)) {
      throw new MisconfigurationError({
        code: 'optimizer-state',
        found: `The state of ${name} with ${sizes(paramGroups)} parameters does not fit ${this.constructor.name} with ${sizes(this.paramGroups)}.`,
        fix: 'Return the same optimizers and groups from configureOptimizers as in the run that was saved.',
      });
    }
    const savedNames = paramGroups.flatMap(({ params }) => params);
    for (const [index, parameter] of parameters.entries()) {
      const slots = state[savedNames[index] ?? '']?.slots ?? {};
      checkSlots(name, savedNames[index] ?? '', slots, (slot) => this.slotShape(slot, parameter));
    }
    const restored = this.paramGroups.map((group, index) => {
      const options = paramGroups[index]?.options ?? {};
      checkSavedOptions(name, options, group);
      const after = { ...group, ...options };
      this.check(after);
      return after;
    });
    for (const [index, group] of this.paramGroups.entries()) Object.assign(group, restored[index]);
    for (const [index, parameter] of parameters.entries()) {
      const saved = state[savedNames[index] ?? ''];
      if (!saved) continue;
      const slots = this.slotsOf(parameter);
      slots.dispose();
      slots.step = saved.step;
      tf.tidy(() => {
        for (const [slot, { data, shape, dtype }] of Object.entries(saved.slots))
          slots.set(slot, tf.tensor(data, [...shape], dtype));
      });
    }
  }

  /** Frees gradients and state. The parameters are the module's. */
  dispose(): void {
    this.zeroGrad();
    for (const slots of this.#slots.values()) slots.dispose();
  }

  /** Checks a group's options. @throws MisconfigurationError */
  protected check(group: ParamGroup<O>): void {
    atLeastZero(this.constructor.name, 'lr', group.lr);
  }

  /** One parameter of any shape: takes value and gradient (borrowed), returns the new value. Runs inside a tidy. */
  protected abstract update(value: tf.Tensor, gradient: tf.Tensor, group: ParamGroup<O>, slots: Slots): tf.Tensor;

  /** The same update where the parameter stands, by an engine that can. False: nothing was done, so compose it. */
  protected updateInPlace(
    _parameter: tf.Variable,
    _gradient: tf.Tensor,
    _group: ParamGroup<O>,
    _slots: Slots,
  ): boolean {
    return false;
  }

  /** The shape that a saved slot must have; undefined for one whose shape is its own affair. */
  protected slotShape(_slot: string, parameter: tf.Variable): readonly number[] | undefined {
    return parameter.shape;
  }

  #apply(parameter: tf.Variable, gradient: tf.Tensor, group: ParamGroup<O>): void {
    const slots = this.slotsOf(parameter);
    slots.step++;
    tf.tidy(() => {
      const slope = (group as GradientOptions).maximize ? tf.neg(gradient) : gradient;
      if (this.updateInPlace(parameter, slope, group, slots)) return;
      parameter.assign(this.update(parameter, slope, group, slots));
    });
  }

  /** What the optimizer remembers of a parameter. */
  protected slotsOf(parameter: tf.Variable): Slots {
    const slots = this.#slots.get(parameter);
    if (slots) return slots;
    const added = new Slots(); // the user added the parameter to a group after construction
    this.#slots.set(parameter, added);
    return added;
  }
}

function parameterTwice(optimizer: string, parameter: tf.Variable): MisconfigurationError {
  return new MisconfigurationError({
    code: 'parameter-twice',
    found: `${optimizer} was given parameter '${parameter.name}' twice.`,
    fix: 'Put each parameter into one group only.',
  });
}

/** @throws MisconfigurationError when an option is negative or not a number */
export function atLeastZero(optimizer: string, option: string, value: number): void {
  if (value >= 0) return;
  throw new MisconfigurationError({
    code: 'optimizer-option',
    found: `${optimizer}: \`${option}\` is ${value}.`,
    allowed: 'a number from 0 up',
  });
}

/** A slot's values as a checkpoint takes them. */
export type ReadSlot = (slot: tf.Tensor) => TensorData | Promise<TensorData>;

async function copySlot(tensor: tf.Tensor): Promise<TensorData> {
  return { dtype: 'float32', shape: [...tensor.shape], data: await tensor.data<'float32'>() };
}

async function readSlots(slots: Slots, read: ReadSlot): Promise<OptimizerState['state'][string]> {
  const entries = [...slots.entries()].map(async ([name, tensor]) => [name, await read(tensor)] as const);
  return { step: slots.step, slots: Object.fromEntries(await Promise.all(entries)) };
}

function isListOfVariables(inputs: readonly unknown[]): inputs is tf.Variable[] {
  return inputs.every((input) => input instanceof tf.Variable);
}

function withoutUndefined<O extends object>(options: O): Partial<O> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<O>;
}

function checkOptionNames(optimizer: string, options: object, defaults: object): void {
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(defaults, name)) continue;
    const near = nearest(name, Object.keys(defaults));
    throw new MisconfigurationError({
      code: 'optimizer-option',
      found: `${optimizer} has no option \`${name}\`.`,
      fix: near ? `Did you mean \`${near}\`?` : `It has: ${Object.keys(defaults).join(', ')}.`,
    });
  }
}
