import { defineCommand } from './command.js';

/** `Lightning: Show Logs`: opens the output of the extension, the language server and the runs. */
export const showLogs = defineCommand({
  id: 'lightning.showLogs',
  needsTrust: false,
  async execute({ log }): Promise<void> {
    log.show(true);
  },
});
