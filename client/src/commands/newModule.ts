import { UserError } from '../userError.js';
import { defineCommand } from './command.js';
import { pickModuleKind, scaffoldClass, scaffoldKinds, wishOf } from './scaffold.js';

/** `Lightning: New LightningModule`: asks for kind, name and place, and writes the class. */
export const newModule = defineCommand({
  id: 'lightning.newModule',
  needsTrust: false,
  /** URI of the file. Undefined when a question was dismissed. */
  async execute(services, given?: unknown): Promise<string | undefined> {
    const wish = wishOf(given);
    const known = wish.kind === undefined ? undefined : await scaffoldKinds(services);
    const kind = known ? known.find((each) => each.kind === wish.kind) : await pickModuleKind(services, '1/3');
    if (known && !kind)
      throw new UserError(`${wish.kind} is no kind of module: ${known.map((each) => each.kind).join(', ')}.`);
    return kind && scaffoldClass(services, kind, wish, ['2/3', '3/3']);
  },
});
