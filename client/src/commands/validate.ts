import type { RunEnd } from '../runs/index.js';
import { defineCommand } from './command.js';
import { evaluate } from './evaluate.js';

/** `Lightning: Validate`: runs the validation loop once, with the weights of a checkpoint or without. */
export const validate = defineCommand({
  id: 'lightning.validate',
  needsTrust: true,
  /** How the run ended. Undefined when a question was dismissed or the run could not be started. */
  async execute(services, runnable?: unknown, checkpoint?: unknown): Promise<RunEnd | undefined> {
    return evaluate(services, 'validate', runnable, checkpoint);
  },
});
