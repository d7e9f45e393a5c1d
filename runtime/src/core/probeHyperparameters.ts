import { isSavingHyperparameters } from './hyperparameters.js';

/** What a constructor did with the hyperparameters that it was given. */
export interface Probe {
  /** To be handed to the constructor. */
  readonly hparams: object;
  /** Names that it read and that were not there; some of them it may have defaults for. */
  readonly missing: ReadonlySet<string>;
  /** Names of {@link hparams} that it read. */
  readonly read: ReadonlySet<string>;
  /** Turns {@link hparams} into a plain object, which tells nothing any more. */
  end(): void;
}

/**
 * An object with these values that notes what is read of it. A constructor cannot be asked which names it knows, so it is watched: the
 * object has its values as accessors, and below them a prototype that hears of what is not there.
 */
export function probeHyperparameters(values: Readonly<Record<string, unknown>>): Probe {
  const missing = new Set<string>();
  const read = new Set<string>();
  const note = (names: Set<string>, name: string) => {
    if (!isSavingHyperparameters()) names.add(name);
  };
  const below = new Proxy(Object.prototype, {
    get(target, name, receiver) {
      if (typeof name === 'string' && !(name in target)) note(missing, name);
      return Reflect.get(target, name, receiver);
    },
  });
  const hparams: object = Object.create(below);
  for (const [name, value] of Object.entries(values)) {
    const get = () => {
      note(read, name);
      return value;
    };
    const set = (newer: unknown) => define(hparams, name, newer); // a default that the constructor fills in
    Object.defineProperty(hparams, name, { get, set, enumerable: true, configurable: true });
  }
  const end = () => {
    for (const [name, value] of Object.entries(values)) {
      if (Object.getOwnPropertyDescriptor(hparams, name)?.get) define(hparams, name, value);
    }
    Object.setPrototypeOf(hparams, Object.prototype);
  };
  return { hparams, missing, read, end };
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
}
