import type { RunEnd } from '../runs/index.js';
import { chooseRunnable } from './chooseRunnable.js';
import { defineCommand } from './command.js';
import { runToEnd } from './runToEnd.js';

/** `Lightning: Fit`: trains a module and shows the dashboard. */
export const fit = defineCommand({
  id: 'lightning.fit',
  needsTrust: true,
  /** How the run ended. Undefined when no module was chosen or the run could not be started. */
  async execute(services, runnable?: unknown): Promise<RunEnd | undefined> {
    const chosen = await chooseRunnable(services, 'lightning.fit', runnable);
    return chosen && runToEnd(services, chosen, { showDashboard: services.settings().openDashboardOnFit });
  },
});
