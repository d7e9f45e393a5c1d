import { Callback } from '../callbacks/index.js';
import type { HookName } from '../core/index.js';
import { LightningDataModule, LightningModule } from '../core/index.js';
import type { HookCaller, ModuleHookName } from '../loops/index.js';
import type { Trainer } from './trainer.js';

type Hook = (...args: readonly unknown[]) => unknown;

/** Callbacks before the module, callbacks after it, and the module's own, undefined where it does not define the hook. */
interface Plan {
  readonly before: readonly Hook[];
  readonly module: Hook | undefined;
  readonly after: readonly Hook[];
}

const TRANSFER_HOOKS = ['onBeforeBatchTransfer', 'transferBatchToDevice', 'onAfterBatchTransfer'] as const;

/** The one dispatcher of hooks. Who defines what, and in which order they are called, is looked up once for each hook. */
export class HookDispatcher implements HookCaller {
  /** The hook that is running, for `log`; undefined between hooks. */
  current: HookName | undefined;
  readonly #trainer: Trainer;
  readonly #module: LightningModule;
  readonly #datamodule: LightningDataModule | undefined;
  readonly #callbacks: readonly Callback[];
  readonly #plans = new Map<string, Plan>();
  #transfers: readonly Hook[] | undefined;

  constructor(
    trainer: Trainer,
    module: LightningModule,
    datamodule: LightningDataModule | undefined,
    callbacks: readonly Callback[],
  ) {
    this.#trainer = trainer;
    this.#module = module;
    this.#datamodule = datamodule;
    this.#callbacks = callbacks;
  }

  async call<N extends ModuleHookName>(
    name: N,
    ...args: Parameters<LightningModule[N]>
  ): Promise<Awaited<ReturnType<LightningModule[N]>>> {
    const { before, after } = this.#plan(name);
    for (const hook of before) await this.#run(name, hook, args);
    const result = await this.callModule(name, ...args);
    for (const hook of after) await this.#run(name, hook, args);
    return result;
  }

  async callModule<N extends ModuleHookName>(
    name: N,
    ...args: Parameters<LightningModule[N]>
  ): Promise<Awaited<ReturnType<LightningModule[N]>>> {
    const hook = this.#plan(name).module;
    // The hook is the module's method of this name, so what it returns is what that method returns.
    type Result = Awaited<ReturnType<LightningModule[N]>>;
    return (hook ? await this.#run(name, hook, args) : undefined) as Result;
  }

  async callCallbacks(name: HookName, ...args: readonly unknown[]): Promise<void> {
    const { before, after } = this.#plan(name);
    for (const hook of [...before, ...after]) await this.#run(name, hook, args);
  }

  async transfer(batch: unknown, dataloaderIdx: number): Promise<unknown> {
    this.#transfers ??= TRANSFER_HOOKS.flatMap((name) => this.#transferHook(name));
    let moved = batch;
    for (const hook of this.#transfers) moved = await hook(moved, dataloaderIdx);
    return moved;
  }

  isOverridden(name: ModuleHookName): boolean {
    const { before, after } = this.#plan(name);
    return before.length + after.length > 0 || isOverriddenIn(this.#module, name);
  }

  async #run(name: HookName, hook: Hook, args: readonly unknown[]): Promise<unknown> {
    const outer = this.current;
    this.current = name;
    try {
      return await hook(...args);
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
      return [(...args) => hook.call(callback, this.#trainer, this.#module, ...args)];
    };
    const isAfter = (callback: Callback) => name === 'onTrainEpochEnd' && callback.isMonitor;
    const own = memberOf(this.#module, name);
    return {
      before: this.#callbacks.filter((callback) => !isAfter(callback)).flatMap(hookOf),
      module: own ? (...args) => own.call(this.#module, ...args) : undefined,
      after: this.#callbacks.filter(isAfter).flatMap(hookOf),
    };
  }

  #transferHook(name: (typeof TRANSFER_HOOKS)[number]): Hook[] {
    const owner = this.#datamodule && isOverriddenIn(this.#datamodule, name) ? this.#datamodule : this.#module;
    const hook = memberOf(owner, name);
    return hook && isOverriddenIn(owner, name) ? [(...args) => hook.call(owner, ...args)] : [];
  }
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
