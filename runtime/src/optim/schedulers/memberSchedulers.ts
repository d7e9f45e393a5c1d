import { MisconfigurationError } from '../../errors/index.js';
import type { Optimizer } from '../optimizer.js';
import { LRScheduler } from './lrScheduler.js';
import { ReduceLROnPlateau } from './reduceLROnPlateau.js';
import { checkOptimizer } from './schedulerOptions.js';

/**
 * Checks the schedulers that another one is made of.
 * @throws MisconfigurationError unless all are schedulers of the one optimizer that need no metric
 */
export function checkMembers(name: string, optimizer: Optimizer | undefined, members: unknown): void {
  if (!Array.isArray(members) || members.length === 0) {
    throw fault(
      'scheduler-members',
      Array.isArray(members) ? `${name} was given no schedulers.` : `${name} was given no list of schedulers.`,
      'Pass a list of schedulers of one optimizer.',
    );
  }
  for (const [index, member] of members.entries()) {
    if (!(member instanceof LRScheduler)) {
      throw fault('scheduler-members', `${name}: number ${index} of its schedulers is none.`, 'Pass schedulers only.');
    }
    if (member instanceof ReduceLROnPlateau) {
      throw fault(
        'scheduler-members',
        `${name} cannot hold a ReduceLROnPlateau (number ${index}), which needs a metric at each step.`,
        'Step that one on its own.',
      );
    }
    if (member.optimizer !== (optimizer ?? (members[0] as LRScheduler).optimizer)) {
      throw fault(
        'scheduler-members',
        `${name}: number ${index} of its schedulers, a ${member.constructor.name}, belongs to another optimizer.`,
        'Make all of them with the same optimizer.',
      );
    }
  }
  if (optimizer !== undefined) checkOptimizer(name, optimizer);
}

function fault(code: string, found: string, fix: string): MisconfigurationError {
  return new MisconfigurationError({ code, found, fix });
}
