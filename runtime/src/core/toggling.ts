import type { Optimizer } from '../optim/index.js';
import type * as tf from '../tf.js';
import { setRequiresGrad } from './freezing.js';
import type { LightningModule } from './lightningModule.js';

/** The parameters that were learning before an optimizer was toggled, by module. */
const toggled = new WeakMap<LightningModule, ReadonlySet<tf.Variable>>();

/** Lets only one optimizer's parameters get gradients. Source: PyTorch Lightning, `LightningModule.toggle_optimizer`. */
export function toggle(module: LightningModule, optimizer: Optimizer, all: readonly Optimizer[]): void {
  untoggle(module);
  const parameters = new Set(all.flatMap((each) => each.parameters));
  const learning = new Set([...parameters].filter(({ trainable }) => trainable));
  const own = new Set(optimizer.parameters);
  toggled.set(module, learning);
  setRequiresGrad(
    [...learning].filter((parameter) => !own.has(parameter)),
    false,
  );
}

/** Takes back {@link toggle}. Harmless when nothing was toggled. */
export function untoggle(module: LightningModule): void {
  const learning = toggled.get(module);
  toggled.delete(module);
  if (learning) setRequiresGrad(learning, true);
}
