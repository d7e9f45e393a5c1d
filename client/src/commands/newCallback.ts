import { defineCommand } from './command.js';
import { scaffoldClass, scaffoldKinds, wishOf } from './scaffold.js';

/** `Lightning: New Callback`: asks for name and place, and writes the class. */
export const newCallback = defineCommand({
  id: 'lightning.newCallback',
  needsTrust: false,
  /** URI of the file. Undefined when a question was dismissed. */
  async execute(services, given?: unknown): Promise<string | undefined> {
    const kind = (await scaffoldKinds(services)).find((each) => each.kind === 'callback');
    return kind && scaffoldClass(services, kind, wishOf(given), ['1/2', '2/2']);
  },
});
