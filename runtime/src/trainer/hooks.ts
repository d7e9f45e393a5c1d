import { Callback } from '../callbacks/index.js';
import type { HookName } from '../core/index.js';
import { LightningDataModule, LightningModule } from '../core/index.js';
import type { HookCaller, HookResult, ModuleHookName } from '../loops/index.js';
import { Precision } from '../precision/index.js';
import type { Profiler } from '../profilers/index.js';
import type { RunKind } from '../protocol/index.js';
import type { ResolvedOptions } from './options.js';
import type { Trainer } from './trainer.js';

type Hook = (...args: readonly unknown[]) => unknown;

/** Callbacks before the module, callbacks after it, and the module's own, undefined where it does not define the hook. */
interface Plan {
  readonly before: readonly Hook[];
  readonly module: Hook | undefined;
  readonly after: readonly Hook[];
}

const TRANSFER_HOOKS = ['onBeforeBatchTransfer', 'transferBatchToDevice', 'onAfterBatchTransfer'] as const;

/** Hooks that compute: where numbers are rounded, these are. */
const COMPUTING: ReadonlySet<string> = new Set<HookName>([
  'trainingStep',
  'validationStep',
  'testStep',
  'predictStep',
  'backward',
]);

/** Names of PyTorch Lightning's classes, for reports. */
const STRATEGIES = {
  auto: 'SingleDeviceStrategy',
  dp: 'DataParallelStrategy',
  ddp2: 'DDP2Strategy',
} as const satisfies Record<ResolvedOptions['strategy'], string>;

/** The one dispatcher of hooks. Who defines what, and in which order they are called, is looked up once for each hook. */
export class HookDispatcher implements HookCaller {
  /** The hook that is running, for `log`; undefined between hooks. */
  current: HookName | undefined;
  readonly #trainer: Trainer;
  readonly #module: LightningModule;
  readonly #datamodule: LightningDataModule | undefined;
  readonly #callbacks: readonly Callback[];
  readonly #plans = new Map<string, Plan>();
  readonly #profiler: Profiler | undefined;
  #transfers: readonly Hook[] | undefined;

  constructor(
    trainer: Trainer,
    module: LightningModule,
    datamodule: LightningDataModule | undefined,
    callbacks: readonly Callback[],
    profiler?: Profiler,
  ) {
    this.#trainer = trainer;
    this.#module = module;
    this.#datamodule = datamodule;
    this.#callbacks = callbacks;
    this.#profiler = profiler;
  }

  call<N extends ModuleHookName>(name: N, ...args: Parameters<LightningModule[N]>): HookResult<N> {
    const { before, module, after } = this.#plan(name);
    const isAlone = before.length === 0 && after.length === 0;
    // The hook is the module's method of this name, so what it returns is what that method returns.
    if (isAlone) return (module && this.#run(name, module, args)) as HookResult<N>;
    return this.#callAll(name, args) as HookResult<N>;
  }

  callModule<N extends ModuleHookName>(name: N, ...args: Parameters<LightningModule[N]>): HookResult<N> {
    const { module } = this.#plan(name);
    return (module && this.#run(name, module, args)) as HookResult<N>; // as in `call`
  }

  async callCallbacks(name: HookName, ...args: readonly unknown[]): Promise<void> {
    const { before, after } = this.#plan(name);
    for (const hook of [...before, ...after]) await this.#run(name, hook, args);
  }

  /** The data module only; without one nothing is called. */
  async callDataModule(name: 'prepareData' | 'setup' | 'teardown', kind: RunKind): Promise<void> {
    const datamodule = this.#datamodule;
    if (!datamodule) return;
    const hook = () => (name === 'prepareData' ? datamodule.prepareData() : datamodule[name](kind));
    await this.#measured(`[LightningDataModule]${datamodule.constructor.name}.${name}`, hook)();
  }

  transfer(batch: unknown, dataloaderIdx: number): Promise<unknown> {
    const move = () => this.#move(batch, dataloaderIdx);
    return this.#profiler ? this.#profiler.profile(`[Strategy]${this.#strategy}.batchToDevice`, move) : move();
  }

  async #move(batch: unknown, dataloaderIdx: number): Promise<unknown> {
    this.#transfers ??= TRANSFER_HOOKS.flatMap((name) => this.#transferHook(name));
    let moved = this.#trainer.precisionPlugin.convertInput(batch);
    for (const hook of this.#transfers) moved = await hook(moved, dataloaderIdx);
    return moved;
  }

  isOverridden(name: ModuleHookName): boolean {
    const { before, after } = this.#plan(name);
    return before.length + after.length > 0 || isOverriddenIn(this.#module, name);
  }

  async #callAll(name: HookName, args: readonly unknown[]): Promise<unknown> {
    const { before, module, after } = this.#plan(name);
    for (const hook of before) await this.#run(name, hook, args);
    const result = module && (await this.#run(name, module, args));
    for (const hook of after) await this.#run(name, hook, args);
    return result;
  }

  /** A hook that returns no promise costs no promise: a step calls some twenty, most of them empty. */
  #run(name: HookName, hook: Hook, args: readonly unknown[]): unknown {
    const outer = this.current;
    this.current = name;
    let result: unknown;
    try {
      result = hook(...args);
    } catch (error) {
      this.current = outer;
      throw error;
    }
    if (result instanceof Promise) return this.#runOn(result, outer);
    this.current = outer;
    return result;
  }

  async #runOn(result: Promise<unknown>, outer: HookName | undefined): Promise<unknown> {
    try {
      return await result;
    } finally {
      this.current = outer;
    }
  }

  #plan(name: HookName): Plan {
    let plan = this.#plans.get(name);
    if (!plan) {
      plan = this.#makePlan(name);
      this.#plans.set(name, plan);
    }
    return plan;
  }

  #makePlan(name: HookName): Plan {
    const hookOf = (callback: Callback): Hook[] => {
      const hook = memberOf(callback, name);
      if (!hook || hook === memberOf(Callback.prototype, name)) return [];
      const bound: Hook = (...args) => hook.call(callback, this.#trainer, this.#module, ...args);
      return [this.#measured(`[Callback]${callback.stateKey}.${name}`, bound)];
    };
    const isAfter = (callback: Callback) => name === 'onTrainEpochEnd' && callback.isMonitor;
    const own = memberOf(this.#module, name);
    const { precisionPlugin } = this.#trainer;
    const isRounded = COMPUTING.has(name) && precisionPlugin.forwardContext !== Precision.prototype.forwardContext;
    const call: Hook | undefined = own && ((...args) => own.call(this.#module, ...args));
    const moduleHook = call && isRounded ? inContext(precisionPlugin, call) : call;
    return {
      before: this.#callbacks.filter((callback) => !isAfter(callback)).flatMap(hookOf),
      module: moduleHook && this.#measured(this.#labelOf(name), moduleHook),
      after: this.#callbacks.filter(isAfter).flatMap(hookOf),
    };
  }

  #transferHook(name: (typeof TRANSFER_HOOKS)[number]): Hook[] {
    const owner = this.#datamodule && isOverriddenIn(this.#datamodule, name) ? this.#datamodule : this.#module;
    const hook = memberOf(owner, name);
    if (!hook || !isOverriddenIn(owner, name)) return [];
    const kind = owner instanceof LightningDataModule ? 'LightningDataModule' : 'LightningModule';
    return [this.#measured(`[${kind}]${owner.constructor.name}.${name}`, (...args) => hook.call(owner, ...args))];
  }

  /** The hook, measured where there is a profiler. One that is called inside itself is a part of the outer call. */
  #measured(action: string, hook: Hook): Hook {
    const profiler = this.#profiler;
    if (!profiler) return hook;
    let isRunning = false;
    const settle = () => {
      isRunning = false;
    };
    return (...args) => {
      if (isRunning) return hook(...args);
      isRunning = true;
      let result: unknown;
      try {
        result = profiler.profile(action, () => hook(...args));
      } catch (error) {
        settle();
        throw error;
      }
      if (result instanceof Promise) return result.finally(settle);
      settle();
      return result;
    };
  }

  /** PyTorch Lightning's names: what computes goes through its strategy. */
  #labelOf(name: HookName): string {
    if (COMPUTING.has(name)) return `[Strategy]${this.#strategy}.${name}`;
    return `[LightningModule]${this.#module.constructor.name}.${name}`;
  }

  get #strategy(): string {
    return STRATEGIES[this.#trainer.options.strategy];
  }
}

/** A hook under a precision, also across its awaits. */
function inContext(precision: Precision, hook: Hook): Hook {
  return async (...args) => {
    using _context = precision.forwardContext();
    return await hook(...args);
  };
}

/** True when a class of the user's defines the hook, or the object itself does. */
export function isOverriddenIn(owner: LightningModule | LightningDataModule, name: string): boolean {
  const base = owner instanceof LightningDataModule ? LightningDataModule.prototype : LightningModule.prototype;
  const own = memberOf(owner, name);
  return own !== undefined && own !== memberOf(base, name);
}

function memberOf(owner: object, name: string): Hook | undefined {
  const member: unknown = Reflect.get(owner, name);
  return typeof member === 'function' ? (member as Hook) : undefined;
}
