import { Callback } from '../callbacks/index.js';
import type { HookName } from '../core/index.js';
import { HOOK_NAMES, LightningDataModule, LightningModule } from '../core/index.js';
import type { HookCaller, HookResult, ModuleHookName } from '../loops/index.js';
import { Precision } from '../precision/index.js';
import { type Profiler, whenSettled } from '../profilers/index.js';
import type { RunKind } from '../protocol/index.js';
import type { AnyFunction } from '../sourceMaps/index.js';
import type { ResolvedOptions } from './options.js';
import type { Trainer } from './trainer.js';

type Hook = (...args: readonly unknown[]) => unknown;

/** Who has a hook, in the order in which they are called. */
interface Plan {
  readonly hooks: readonly Hook[];
  /** The module's own among them; undefined where it does not define the hook. */
  readonly module: Hook | undefined;
  /** True when the module or a callback defines it itself. */
  readonly isOverridden: boolean;
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
    // What the plan returns is what the module's method of this name returned.
    return this.#callEach(name, this.#plan(name), args) as HookResult<N>;
  }

  callModule<N extends ModuleHookName>(name: N, ...args: Parameters<LightningModule[N]>): HookResult<N> {
    const { module } = this.#plan(name);
    return (module && this.#run(name, module, args)) as HookResult<N>; // as in `call`
  }

  async callCallbacks(name: HookName, ...args: readonly unknown[]): Promise<void> {
    const { hooks, module } = this.#plan(name);
    for (const hook of hooks) if (hook !== module) await this.#run(name, hook, args);
  }

  /** The data module only; without one nothing is called. */
  async callDataModule(name: 'prepareData' | 'setup' | 'teardown', kind: RunKind): Promise<void> {
    const datamodule = this.#datamodule;
    if (!datamodule) return;
    const hook = () => (name === 'prepareData' ? datamodule.prepareData() : datamodule[name](kind));
    await this.#measured(`[LightningDataModule]${datamodule.constructor.name}.${name}`, hook)();
  }

  transfer(batch: unknown, dataloaderIdx: number): unknown {
    const move = () => this.#move(batch, dataloaderIdx);
    return this.#profiler ? this.#profiler.profile(`[Strategy]${this.#strategy}.batchToDevice`, move) : move();
  }

  #move(batch: unknown, dataloaderIdx: number): unknown {
    this.#transfers ??= TRANSFER_HOOKS.flatMap((name) => this.#transferHook(name));
    const converted = this.#trainer.precisionPlugin.convertInput(batch);
    return this.#transfers.length === 0 ? converted : this.#moveBy(this.#transfers, converted, dataloaderIdx);
  }

  async #moveBy(hooks: readonly Hook[], batch: unknown, dataloaderIdx: number): Promise<unknown> {
    let moved = batch;
    for (const hook of hooks) moved = await hook(moved, dataloaderIdx);
    return moved;
  }

  /** What runs under which of the profiler's names: the hooks that are the user's own, and those of callbacks. */
  measuredHooks(): Map<string, AnyFunction> {
    const owners = [this.#module, ...(this.#datamodule ? [this.#datamodule] : [])];
    const ofModules = owners.flatMap((owner) =>
      HOOK_NAMES.filter((name) => isOverriddenIn(owner, name)).map(
        (name) => [this.#labelOf(name, owner), memberOf(owner, name)] as const,
      ),
    );
    const ofCallbacks = this.#callbacks.flatMap((callback) =>
      HOOK_NAMES.filter((name) => memberOf(callback, name) !== memberOf(Callback.prototype, name)).map(
        (name) => [`[Callback]${callback.stateKey}.${name}`, memberOf(callback, name)] as const,
      ),
    );
    return new Map([...ofModules, ...ofCallbacks].flatMap(([action, hook]) => (hook ? [[action, hook]] : [])));
  }

  isOverridden(name: ModuleHookName): boolean {
    return this.#plan(name).isOverridden;
  }

  /** One after the other; from the first one on that returns a promise, in a promise. Returns what the module returned. */
  #callEach(name: HookName, plan: Plan, args: readonly unknown[]): unknown {
    const { hooks, module } = plan;
    let returned: unknown;
    for (let index = 0; index < hooks.length; index++) {
      const hook = hooks[index] as Hook; // within its length
      const result = this.#run(name, hook, args);
      if (result instanceof Promise) return this.#callRest(name, plan, args, { index, result, returned });
      if (hook === module) returned = result;
    }
    return returned;
  }

  /** The hooks behind one that is asynchronous. */
  async #callRest(
    name: HookName,
    { hooks, module }: Plan,
    args: readonly unknown[],
    { index, result, returned }: { index: number; result: Promise<unknown>; returned: unknown },
  ): Promise<unknown> {
    const awaited = await result;
    let last = hooks[index] === module ? awaited : returned;
    for (const hook of hooks.slice(index + 1)) {
      const next = await this.#run(name, hook, args);
      if (hook === module) last = next;
    }
    return last;
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
      const bound: Hook = hook.bind(callback, this.#trainer, this.#module);
      return [this.#measured(`[Callback]${callback.stateKey}.${name}`, bound)];
    };
    const isAfter = (callback: Callback) => name === 'onTrainEpochEnd' && callback.isMonitor;
    const before = this.#callbacks.filter((callback) => !isAfter(callback)).flatMap(hookOf);
    const after = this.#callbacks.filter(isAfter).flatMap(hookOf);
    const own = memberOf(this.#module, name);
    const { precisionPlugin } = this.#trainer;
    const isRounded = COMPUTING.has(name) && precisionPlugin.forwardContext !== Precision.prototype.forwardContext;
    const call: Hook | undefined = own?.bind(this.#module);
    const rounded = call && isRounded ? inContext(precisionPlugin, call) : call;
    const module = rounded && this.#measured(this.#labelOf(name), rounded);
    return {
      hooks: [...before, ...(module ? [module] : []), ...after],
      module,
      isOverridden: before.length + after.length > 0 || isOverriddenIn(this.#module, name),
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
    const stop = () => {
      isRunning = false;
      profiler.stop(action);
    };
    return (...args) => {
      if (isRunning) return hook(...args);
      isRunning = true;
      profiler.start(action);
      let result: unknown;
      try {
        result = hook(...args);
      } catch (error) {
        stop();
        throw error;
      }
      if (result instanceof Promise) return whenSettled(result, stop);
      stop();
      return result;
    };
  }

  /** PyTorch Lightning's names: what computes goes through its strategy. */
  #labelOf(name: HookName, owner: LightningModule | LightningDataModule = this.#module): string {
    if (COMPUTING.has(name)) return `[Strategy]${this.#strategy}.${name}`;
    const kind = owner instanceof LightningDataModule ? 'LightningDataModule' : 'LightningModule';
    return `[${kind}]${owner.constructor.name}.${name}`;
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
