import { defineCommand } from './command.js';

/** `Lightning: Restart Server`: ends the language server and starts it anew. */
export const restartServer = defineCommand({
  id: 'lightning.restartServer',
  needsTrust: false,
  /** True once it answers again. */
  async execute({ language, log }): Promise<true> {
    await language.restart();
    log.info('The language server was started anew.');
    return true;
  },
});
