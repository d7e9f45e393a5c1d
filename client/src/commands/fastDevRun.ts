import type { RunEnd } from '../runs/index.js';
import { chooseRunnable } from './chooseRunnable.js';
import { defineCommand } from './command.js';
import { runToEnd } from './runToEnd.js';

/** `Lightning: Run fast_dev_run`: one batch through every hook, to see whether the module works at all. */
export const fastDevRun = defineCommand({
  id: 'lightning.fastDevRun',
  needsTrust: true,
  /** How the run ended. Undefined when no module was chosen or the run could not be started. */
  async execute(services, runnable?: unknown): Promise<RunEnd | undefined> {
    const chosen = await chooseRunnable(services, 'lightning.fastDevRun', runnable);
    if (!chosen) return undefined;
    return runToEnd(
      services,
      { ...chosen, options: { ...chosen.options, fastDevRun: true } },
      { showDashboard: false },
    );
  },
});
