import type * as tf from '../../tf.js';

/** What a gradient is computed from. All tensors are borrowed. */
export interface GradientCall<Input extends string, Attributes> {
  /** The loss's gradient for the first output; all zeros where the loss does not depend on it. */
  readonly dy: tf.Tensor;
  /** The same for every output. */
  readonly dys: readonly tf.Tensor[];
  /** The inputs that were asked for. */
  readonly inputs: Readonly<Record<Input, tf.Tensor>>;
  /** The outputs that were asked for, in their order. */
  readonly outputs: readonly tf.Tensor[];
  readonly attrs: Attributes;
}

/** Computes the gradient of each input when it is needed. */
export type Gradients = Readonly<Record<string | number, () => tf.Tensor>>;

/** What the forward pass keeps for the gradient, by name; and which outputs, by place. */
export interface Kept<Input extends string> {
  /** The last one may be missing in a call, where no outputs are kept. */
  readonly inputs?: readonly Input[];
  readonly outputs?: readonly boolean[];
}

/**
 * Describes a gradient of ours for tfjs's registry. The registry knows no types: what is kept comes back as one list,
 * and what flows back is a list only where the operation has several outputs *and* more than one was made.
 */
export function defineGradient<Input extends string = never, Attributes = object>(
  kernelName: string,
  { inputs = [], outputs }: Kept<Input>,
  derive: (call: GradientCall<Input, Attributes>) => Gradients,
): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: PresentNames.from(inputs),
    ...(outputs && { outputsToSave: [...outputs] }),
    gradFunc: (dys, saved, attrs) => {
      const all = Array.isArray(dys) ? dys : [dys];
      const kept = Object.fromEntries(inputs.map((name, i) => [name, saved[i]]));
      return derive({
        dy: all[0] as tf.Tensor, // every operation has an output
        dys: all,
        inputs: kept as Record<Input, tf.Tensor>, // by `inputsToSave`
        outputs: saved.slice(inputs.length),
        attrs: attrs as unknown as Attributes, // by the kernel's name
      });
    },
  };
}

/**
 * Names of inputs. tfjs maps them to what it clones, and throws for an input that a call leaves out (the scale of a batch
 * norm); this list maps to what is there.
 */
class PresentNames extends Array<string> {
  override map<To>(pick: (name: string, index: number, names: string[]) => To): To[] {
    return Array.from(this, (name, index) => pick(name, index, this)).filter((picked) => picked !== undefined);
  }
}

/** The same for an operation that takes a list of tensors; all of them are kept. Its gradients are named by place. */
export function defineListGradient<Attributes = object>(
  kernelName: string,
  derive: (call: {
    readonly dy: tf.Tensor;
    readonly inputs: readonly tf.Tensor[];
    readonly attrs: Attributes;
  }) => Gradients,
): tf.GradConfig {
  return {
    kernelName,
    saveAllInputs: true,
    // Such an operation has one output.
    gradFunc: (dy, inputs, attrs) => derive({ dy: dy as tf.Tensor, inputs, attrs: attrs as unknown as Attributes }),
  };
}
