import { MisconfigurationError, nearest } from '../errors/index.js';
import { Callback } from './callback.js';

/** Names of the hooks that {@link LambdaCallback} takes. */
export type CallbackHook = Exclude<
  keyof Callback,
  'stateKey' | 'isMonitor' | 'writesCheckpoints' | 'stateDict' | 'loadStateDict' | 'dispose'
>;

const OTHER_MEMBERS = ['constructor', 'stateDict', 'loadStateDict', 'dispose'];

/**
 * A callback from single functions, for a line or two that are not worth a class. State: none.
 *
 * @example
 * new LambdaCallback({ onTrainEpochEnd: (trainer) => trainer.print(`epoch ${trainer.currentEpoch} is over`) });
 */
export class LambdaCallback extends Callback {
  /** @throws MisconfigurationError for a name that is no hook, and for what is no function */
  constructor(hooks: { readonly [N in CallbackHook]?: Callback[N] } = {}) {
    super();
    const known = hookNames();
    for (const [name, hook] of Object.entries(hooks)) {
      if (hook === undefined) continue;
      if (!known.includes(name)) throw unknownHook(name, known);
      if (typeof hook !== 'function') {
        throw new MisconfigurationError({
          code: 'callback-option',
          found: `LambdaCallback: \`${name}\` is not a function.`,
          allowed: 'a function that takes what the hook of that name takes',
        });
      }
      Object.defineProperty(this, name, { value: hook, configurable: true, writable: true });
    }
  }
}

function hookNames(): string[] {
  const members = Object.entries(Object.getOwnPropertyDescriptors(Callback.prototype));
  return members
    .filter(([name, { value }]) => typeof value === 'function' && !OTHER_MEMBERS.includes(name))
    .map(([name]) => name);
}

function unknownHook(name: string, known: readonly string[]): MisconfigurationError {
  const near = nearest(name, known);
  return new MisconfigurationError({
    code: 'unknown-hook',
    found: `LambdaCallback has no hook \`${name}\`.`,
    fix: near ? `Did you mean \`${near}\`?` : `It has: ${known.join(', ')}.`,
  });
}
