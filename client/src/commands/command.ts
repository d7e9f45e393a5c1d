import type { Services } from '../services.js';
import type { COMMAND_IDS } from './commandIds.js';

/** A command of the extension. Its title, category, enablement and place in menus are in `package.json`. */
export interface Command<Arguments extends readonly unknown[] = readonly unknown[], Result = unknown> {
  readonly id: (typeof COMMAND_IDS)[number];
  /** True when it runs code of the workspace: refused in Restricted Mode whatever the menus showed. */
  readonly needsTrust: boolean;
  /** Does it. Arguments may come from anyone, so they are checked; the value is for tests and keybindings. */
  execute(services: Services, ...args: Arguments): Promise<Result>;
}

/** Declares a command; each has a file of its own and a line in the room's door. */
export function defineCommand<Arguments extends readonly unknown[], Result>(
  command: Command<Arguments, Result>,
): Command<Arguments, Result> {
  return command;
}
