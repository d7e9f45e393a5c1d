import { MisconfigurationError } from '../../errors/index.js';
import type { Optimizer } from '../optimizer.js';
import type { ScheduledGroup } from './lrScheduler.js';

/**
 * Sets a group's momentum: the first of its `betas` where it has them, else its `momentum`.
 */
export function setMomentum(group: ScheduledGroup, value: number): void {
  if (group.betas) group.betas = [value, ...group.betas.slice(1)];
  else group.momentum = value;
}

/** Notes between what a group's momentum goes, and begins at its maximum. */
export function beginMomentumCycle(optimizer: Optimizer, base: readonly number[], max: readonly number[]): void {
  const groups: readonly ScheduledGroup[] = optimizer.paramGroups;
  for (const [index, group] of groups.entries()) {
    const maxMomentum = max[index] ?? 0; // one for each group
    setMomentum(group, maxMomentum);
    group.maxMomentum = maxMomentum;
    group.baseMomentum = base[index] ?? 0;
  }
}

/** @throws MisconfigurationError when the optimizer has no momentum to cycle */
export function checkHasMomentum(scheduler: string, optimizer: Optimizer): void {
  const groups: readonly ScheduledGroup[] = optimizer.paramGroups;
  if (groups.every((group) => 'momentum' in group || 'betas' in group)) return;
  throw new MisconfigurationError({
    code: 'scheduler-momentum',
    found: `${scheduler} cycles the momentum, and ${optimizer.constructor.name} has neither \`momentum\` nor \`betas\`.`,
    fix: 'Give { cycleMomentum: false }, or use another optimizer.',
  });
}
