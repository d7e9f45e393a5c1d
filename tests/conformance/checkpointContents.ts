import { readCheckpoint } from 'lightning-tfjs';
import { isRecord } from './scenario.js';

type Fields = Readonly<Record<string, unknown>>;

/** Keys that PyTorch Lightning's files do not have: randomness is restored here, which it leaves to the user. */
const OWN_KEYS = new Set(['rng']);

const GROUP_FIELDS = ['lr', 'momentum', 'weight_decay', 'initial_lr', 'name'] as const;
const SCHEDULER_FIELDS = ['last_epoch', '_step_count', 'best', 'num_bad_epochs'] as const;

/** A checkpoint file as the format's `checkpoint_contents` shows it. */
export async function checkpointContents(path: string): Promise<Fields> {
  const checkpoint = await readCheckpoint(path);
  const states = checkpoint.optimizer_states;
  const schedulers = checkpoint.lr_schedulers;
  return {
    keys: Object.keys(checkpoint)
      .filter((key) => !OWN_KEYS.has(key))
      .sort(),
    epoch: checkpoint.epoch,
    global_step: checkpoint.global_step,
    state_dict: Object.fromEntries(
      Object.entries(checkpoint.state_dict).map(([name, { data }]) => [name, Array.from(data as Iterable<number>)]),
    ),
    ...(checkpoint.hyper_parameters && { hyper_parameters: checkpoint.hyper_parameters }),
    ...(checkpoint.callbacks && { callback_state_keys: Object.keys(checkpoint.callbacks).sort() }),
    ...(states && { n_optimizer_states: states.length, optimizer_param_groups: states.map(groupsOf) }),
    ...(schedulers && { lr_schedulers: schedulers.map((state) => pick(state, SCHEDULER_FIELDS)) }),
    progress: progressOf(checkpoint.loops),
  };
}

function groupsOf(state: unknown): unknown {
  const groups = isRecord(state) && Array.isArray(state.paramGroups) ? (state.paramGroups as readonly unknown[]) : [];
  return groups.map((group) => pick(isRecord(group) ? group.options : {}, GROUP_FIELDS));
}

/** The named fields that a state has, under either spelling. */
function pick(state: unknown, names: readonly string[]): Fields {
  if (!isRecord(state)) return {};
  const entries = names.flatMap((name) => {
    const own = name.replace(/(?<=.)_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
    const key = [name, own].find((candidate) => Object.hasOwn(state, candidate));
    return key === undefined ? [] : [[name, state[key]] as const];
  });
  return Object.fromEntries(entries);
}

/** The fit loop's counters under the format's names. */
function progressOf(loops: Fields): Fields {
  const fit = isRecord(loops.fit_loop) ? loops.fit_loop : {};
  const at = (...path: readonly string[]) =>
    path.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), fit);
  const automatic = 'epoch_loop.automatic_optimization.optim_progress';
  const entries: Readonly<Record<string, unknown>> = {
    epoch_progress: at('epoch_progress'),
    batch_progress: at('epoch_loop.batch_progress'),
    scheduler_progress: at('epoch_loop.scheduler_progress'),
    optimizer_step: at(automatic, 'optimizer', 'step'),
    optimizer_zero_grad: at(automatic, 'optimizer', 'zero_grad'),
    manual_step: at('epoch_loop.manual_optimization.optim_step_progress'),
    val_batch_progress: at('epoch_loop.val_loop.batch_progress'),
    batches_that_stepped: at('epoch_loop.state_dict', '_batches_that_stepped'),
  };
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}
