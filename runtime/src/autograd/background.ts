import { AsyncLocalStorage } from 'node:async_hooks';
import type * as tf from '../tf.js';
import { engineInternals } from './engineInternals.js';

/** The engine's scopes, as {@link engineInternals} finds them; these two members only matter here. */
interface ScopeKeeper {
  readonly state: { readonly activeScope: object | null };
  startScope(name?: string): void;
  track(tensor: tf.Tensor): tf.Tensor;
}

let contexts: AsyncLocalStorage<true> | undefined;
/** Scopes that were opened in the background, such as that of a `tidy`: what is made in there is theirs as ever. */
const ownScopes = new WeakSet<object>();

/**
 * Runs `work`, also across its awaits, as if no scope were open around it: a tensor that it makes belongs to whoever gets it.
 * For data that is fetched while a step runs: the step's end would free it, since tfjs gives a tensor to the scope that
 * happens to be open.
 *
 * Cost: from the first call on, Node follows every promise, some 0.1 µs for each await of the process, and as much for each tensor.
 */
export function inBackground<Result>(work: () => Result): Result {
  contexts ??= install();
  return contexts.run(true, work);
}

function install(): AsyncLocalStorage<true> {
  const storage = new AsyncLocalStorage<true>();
  // Both are ordinary methods of tfjs-core 4.22's engine, which calls them through `this`.
  const engine = engineInternals() as unknown as ScopeKeeper;
  const { startScope, track } = engine;
  engine.startScope = (name) => {
    startScope.call(engine, name);
    const { activeScope } = engine.state;
    if (activeScope && storage.getStore()) ownScopes.add(activeScope);
  };
  engine.track = (tensor) => {
    const { activeScope } = engine.state;
    return activeScope && storage.getStore() && !ownScopes.has(activeScope) ? tensor : track.call(engine, tensor);
  };
  return storage;
}
