import { defineCommand } from './command.js';

/** `Lightning: Refresh Runs`: looks at the run directories again. */
export const refreshRuns = defineCommand({
  id: 'lightning.refreshRuns',
  needsTrust: false,
  /** The ids of all runs that are known. */
  async execute({ runs, runTree, rescanRuns }): Promise<readonly string[]> {
    await rescanRuns();
    runTree.refresh();
    return runs.records.map(({ id }) => id);
  },
});
