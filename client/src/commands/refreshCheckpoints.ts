import { defineCommand } from './command.js';

/** `Lightning: Refresh Checkpoints`: reads the run directories again. */
export const refreshCheckpoints = defineCommand({
  id: 'lightning.refreshCheckpoints',
  needsTrust: false,
  /** The paths of all checkpoints. */
  async execute({ checkpoints }): Promise<readonly string[]> {
    checkpoints.refresh();
    return (await checkpoints.all()).map(({ checkpoint }) => checkpoint.path);
  },
});
