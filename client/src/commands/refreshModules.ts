import { defineCommand } from './command.js';

/** `Lightning: Refresh Modules`: asks the language server again for the classes of the workspace. */
export const refreshModules = defineCommand({
  id: 'lightning.refreshModules',
  needsTrust: false,
  /** Names of the classes. */
  async execute({ modules }): Promise<readonly string[]> {
    modules.refresh();
    return (await modules.all()).map(({ name }) => name);
  },
});
