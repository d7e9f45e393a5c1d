import type { RunEnd } from '../runs/index.js';
import { defineCommand } from './command.js';
import { runWithCheckpoint } from './runWithCheckpoint.js';

/** `Lightning: Resume from Checkpoint`: goes on with the training that wrote a checkpoint, with the same module. */
export const resumeFromCheckpoint = defineCommand({
  id: 'lightning.resumeFromCheckpoint',
  needsTrust: true,
  /** How the run ended. Undefined when no checkpoint was chosen or the run could not be started. */
  async execute(services, item?: unknown): Promise<RunEnd | undefined> {
    return runWithCheckpoint(services, 'fit', item);
  },
});
