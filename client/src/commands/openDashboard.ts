import { defineCommand } from './command.js';

/** `Lightning: Open Dashboard`: shows the charts of a run; of the newest when none is named. */
export const openDashboard = defineCommand({
  id: 'lightning.openDashboard',
  needsTrust: false,
  /** The id of the run that is shown; undefined when there is none yet. */
  async execute({ runs, dashboard }, id?: unknown): Promise<string | undefined> {
    const run = (typeof id === 'string' ? runs.record(id) : undefined) ?? runs.latest ?? runs.records[0];
    dashboard.open(run, { preserveFocus: false });
    return run?.id;
  },
});
