/** Scenarios as their files hold them. The format is described beside the files, in their README. */

/** Anything that JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** `{type, args, …}` of an optimizer; `groups` override `args`. */
export interface OptimizerSpec {
  readonly type: string;
  readonly args?: JsonObject;
  /** Names or name prefixes of the parameters; default all. */
  readonly params?: string | readonly string[];
  readonly groups?: readonly ({ readonly params: string | readonly string[] } & JsonObject)[];
}

/** A learning rate scheduler and how the Trainer steps it. */
export interface SchedulerSpec {
  readonly type: string;
  readonly args?: JsonObject;
  readonly optimizer?: number;
  readonly interval?: string;
  readonly frequency?: number;
  readonly monitor?: string;
  readonly strict?: boolean;
  readonly name?: string;
  readonly bare?: boolean;
  readonly drop_scheduler_key?: boolean;
  readonly foreign_optimizer?: boolean;
  readonly unknown_keys?: readonly string[];
}

/** Where something happens. */
export interface Place {
  readonly hook: string;
  readonly epoch?: number;
  readonly batch?: number;
}

export interface RaiseSpec extends Place {
  readonly message?: string;
  readonly kind?: 'interrupt';
  readonly in_sanity?: boolean;
}

/** One call of `log`; the keys that are not listed are its options. */
export interface LogEntry {
  readonly hook: string;
  readonly name: string | readonly string[];
  readonly value: Json;
  readonly at?: { readonly epochs?: readonly number[]; readonly batches?: readonly number[] };
  readonly [option: string]: unknown;
}

/** Batches of one loader, of several, or of named ones; null: the stage does not exist. */
export type BatchCounts = number | null | readonly number[] | { readonly [name: string]: number };

export interface CallbackSpec {
  readonly name: string;
  readonly args?: JsonObject;
}

/** A module in the scenarios' language. Every field is optional. */
export interface ModuleSpec {
  readonly model?: string;
  readonly loss?: string;
  readonly n_train?: BatchCounts;
  readonly n_val?: BatchCounts;
  readonly n_test?: BatchCounts;
  readonly n_predict?: BatchCounts;
  readonly train_mode?: string | null;
  readonly batch_size?: number;
  readonly last_batch_size?: number | null;
  readonly scale?: number;
  readonly iterable?: readonly string[];
  readonly shuffle?: readonly string[];
  readonly stateful?: boolean;
  readonly invalid_loader?: string;
  readonly n_samples?: number | null;
  readonly oom_limit?: number | null;
  readonly lr_attr?: string | null;
  readonly optimizers?: readonly OptimizerSpec[];
  readonly schedulers?: readonly SchedulerSpec[];
  readonly configure_optimizers_returns?: string | null;
  readonly dict_monitor?: string;
  readonly optimizer_dict_unknown_keys?: readonly string[];
  readonly manual?: boolean;
  readonly manual_program?: readonly JsonObject[] | null;
  readonly training_step_returns?: string | { readonly none_at: readonly number[] };
  readonly training_step_params?: string;
  readonly dataloader_idx_param?: string;
  readonly loss_nan_at?: readonly number[];
  readonly stop_at?: Place;
  readonly skip_at?: readonly number[];
  readonly raise_at?: RaiseSpec;
  readonly missing?: readonly string[];
  readonly extra_hooks?: readonly string[];
  readonly configure_callbacks?: readonly CallbackSpec[];
  readonly hparams?: JsonObject;
  readonly log?: readonly LogEntry[];
}

const MODULE_FIELDS: Readonly<Record<keyof ModuleSpec, true>> = {
  model: true,
  loss: true,
  n_train: true,
  n_val: true,
  n_test: true,
  n_predict: true,
  train_mode: true,
  batch_size: true,
  last_batch_size: true,
  scale: true,
  iterable: true,
  shuffle: true,
  stateful: true,
  invalid_loader: true,
  n_samples: true,
  oom_limit: true,
  lr_attr: true,
  optimizers: true,
  schedulers: true,
  configure_optimizers_returns: true,
  dict_monitor: true,
  optimizer_dict_unknown_keys: true,
  manual: true,
  manual_program: true,
  training_step_returns: true,
  training_step_params: true,
  dataloader_idx_param: true,
  loss_nan_at: true,
  stop_at: true,
  skip_at: true,
  raise_at: true,
  missing: true,
  extra_hooks: true,
  configure_callbacks: true,
  hparams: true,
  log: true,
};

export interface DataModuleSpec {
  readonly loaders?: readonly string[];
  readonly state?: boolean;
  readonly transfer_hooks?: boolean;
}

/** What must be seen in a run; each field is an observation by name. */
export interface Expectations {
  readonly error?: { readonly type: string; readonly contains: readonly string[]; readonly phase?: string };
  readonly warnings?: readonly { readonly contains: readonly string[] }[];
  readonly [observation: string]: unknown;
}

export interface RunSpec {
  readonly call: string;
  readonly trainer?: JsonObject;
  readonly callbacks?: readonly CallbackSpec[];
  readonly fresh_module?: boolean;
  readonly module?: ModuleSpec;
  readonly ckpt_path?: string;
  readonly without_model?: boolean;
  readonly extra_dataloaders?: boolean;
  readonly args?: JsonObject;
  readonly suggestion_args?: JsonObject;
  readonly expect: Expectations;
}

/** A scenario of runs of a Trainer. */
export interface RunScenario {
  readonly id: string;
  readonly title: string;
  readonly module: ModuleSpec;
  readonly datamodule?: DataModuleSpec;
  readonly runs: readonly RunSpec[];
  readonly quirk?: string;
}

/** A tensor as the numerics files hold it. */
export interface TensorJson {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly values: readonly (number | boolean | string)[];
}

export interface Tolerance {
  readonly rel: number;
  readonly abs: number;
}

/** A scenario of numbers; what else it holds depends on its kind. */
export interface NumericsScenario {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  readonly expect: JsonObject;
  readonly tolerance: Tolerance;
  readonly quirk?: string;
}

export type Scenario = RunScenario | NumericsScenario;

/** True for a scenario of numbers. */
export function isNumerics(scenario: Scenario): scenario is NumericsScenario {
  return 'kind' in scenario;
}

/** The area of a scenario: the first part of its id. */
export function areaOf({ id }: Scenario): string {
  return id.slice(0, id.indexOf('/'));
}

/** The scenarios of a file. @throws Error naming the first that is none, or uses a field that this runner does not know */
export function parseScenarios(text: string, file: string): Scenario[] {
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) throw new Error(`${file} holds no list of scenarios.`);
  return list.map((entry: unknown, index) => {
    if (isRecord(entry) && typeof entry.id === 'string' && entry.id.includes('/')) {
      if (typeof entry.kind === 'string' && isRecord(entry.expect)) return entry as unknown as NumericsScenario; // checked
      if (isRecord(entry.module) && Array.isArray(entry.runs)) {
        checkModule(entry.module, entry.id);
        return entry as unknown as RunScenario; // checked
      }
    }
    throw new Error(`${file}: entry ${index} is no scenario.`);
  });
}

/** A field that nobody reads would make a scenario pass or fail for the wrong reason. */
function checkModule(module: Readonly<Record<string, unknown>>, id: string): void {
  const unknown = Object.keys(module).find((field) => !Object.hasOwn(MODULE_FIELDS, field));
  if (unknown !== undefined)
    throw new Error(`${id}: the module has the field '${unknown}', which is not in the format.`);
}

/** True for an object that is no list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
