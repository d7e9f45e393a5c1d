import type { LRSchedulerConfig } from '../core/index.js';
import { MisconfigurationError } from '../errors/index.js';
import type { Optimizer } from '../optim/index.js';
import type { Trainer } from '../trainer/index.js';

/** An optimizer, what its groups are called, and its scheduler where it has one. */
export interface NamedOptimizer {
  readonly optimizer: Optimizer;
  /** One for each parameter group. */
  readonly names: readonly string[];
  readonly config: LRSchedulerConfig | undefined;
}

/**
 * Names for the learning rates of a run: first the optimizers with schedulers, then those without.
 * @throws MisconfigurationError for groups of one optimizer that have the same name
 */
export function nameOptimizers({
  optimizers,
  lrSchedulerConfigs,
}: Pick<Trainer, 'optimizers' | 'lrSchedulerConfigs'>): NamedOptimizer[] {
  const used = new Map<string, number>();
  const named = lrSchedulerConfigs.map((config) => {
    const { optimizer } = config.scheduler;
    return { optimizer, config, names: namesOf(optimizer, config.name, used) };
  });
  const scheduled = new Set(named.map(({ optimizer }) => optimizer));
  const others = optimizers.filter((optimizer) => !scheduled.has(optimizer));
  return [
    ...named,
    ...others.map((optimizer) => ({ optimizer, config: undefined, names: namesOf(optimizer, null, used) })),
  ];
}

/** @param used how many of each class there were; given names do not count */
function namesOf(optimizer: Optimizer, given: string | null, used: Map<string, number>): string[] {
  const kind = optimizer.constructor.name;
  if (given === null) used.set(kind, (used.get(kind) ?? 0) + 1);
  const base = given ?? `lr-${kind}`;
  const groups = optimizer.paramGroups;
  checkGroupNames(
    base,
    groups.map(({ name }, index) => name ?? `pg${index + 1}`),
  );
  const count = used.get(kind) ?? 0;
  const name = count > 1 ? `${base}-${count - 1}` : base;
  return groups.map((group, index) => {
    if (groups.length > 1) return `${name}/${group.name ?? `pg${index + 1}`}`;
    return group.name ? `${name}/${group.name}` : name;
  });
}

function checkGroupNames(optimizer: string, names: readonly string[]): void {
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  if (twice.length === 0) return;
  throw new MisconfigurationError({
    code: 'group-names',
    found: `A single \`Optimizer\` cannot have multiple parameter groups with identical \`name\` values: ${optimizer} has duplicated parameter group names ${twice.join(', ')}.`,
    fix: 'Give each group a name of its own, or none.',
  });
}
