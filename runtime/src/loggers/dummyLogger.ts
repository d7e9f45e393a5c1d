import { Logger } from './logger.js';

/** Takes every call and every property, and does nothing: `logger.experiment` where nothing is to be logged. */
export type DummyExperiment = Readonly<Record<string, (...args: never[]) => undefined>>;

const NOTHING = () => undefined;

function dummy<T extends object>(own: T): T {
  return new Proxy(own, {
    get(target, key) {
      // A promise would take it for another one, and a symbol is nobody's method.
      if (key === 'then' || typeof key === 'symbol') return Reflect.get(target, key, target);
      if (!(key in target)) return NOTHING;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/**
 * Stands in for the loggers of a fast dev run: it writes nothing, and answers to every method that a real logger might have,
 * so that the module's own calls work.
 */
export class DummyLogger extends Logger {
  readonly #experiment: DummyExperiment = dummy({});

  constructor() {
    super();
    // biome-ignore lint/correctness/noConstructorReturn: methods of other loggers are answered, which only a proxy can do
    return dummy(this);
  }

  get name(): string {
    return '';
  }

  get version(): string {
    return '';
  }

  override get experiment(): DummyExperiment {
    return this.#experiment;
  }

  logMetrics(): void {}
  logHyperparams(): void {}
  override saveSoon(): void {}
  override async finalize(): Promise<void> {}
}
