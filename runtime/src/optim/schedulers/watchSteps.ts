import type { Optimizer } from '../optimizer.js';

const watched = new WeakSet<Optimizer>();
const stepped = new WeakSet<Optimizer>();

/** Begins to note whether an optimizer takes steps, for the one warning that needs it. Source: torch wraps `step` likewise. */
export function watchSteps(optimizer: Optimizer): void {
  if (watched.has(optimizer)) return;
  watched.add(optimizer);
  const step = optimizer.step.bind(optimizer) as Optimizer['step']; // bind forgets that it is generic
  Object.defineProperty(optimizer, 'step', {
    value(closure?: () => Promise<unknown>) {
      stepped.add(optimizer);
      return step(closure);
    },
    writable: true,
    configurable: true,
  });
}

/** True once a watched optimizer has taken a step. */
export function hasStepped(optimizer: Optimizer): boolean {
  return stepped.has(optimizer);
}
