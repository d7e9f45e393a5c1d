import type { RunEnd } from '../runs/index.js';
import { defineCommand } from './command.js';
import { runWithCheckpoint } from './runWithCheckpoint.js';

/** `Lightning: Validate with Checkpoint`: runs the validation loop once with the weights of a checkpoint. */
export const validateCheckpoint = defineCommand({
  id: 'lightning.validateCheckpoint',
  needsTrust: true,
  /** How the run ended. Undefined when no checkpoint was chosen or the run could not be started. */
  async execute(services, item?: unknown): Promise<RunEnd | undefined> {
    return runWithCheckpoint(services, 'validate', item);
  },
});
