import { CheckpointIO, DefaultCheckpointIO } from '../checkpoint/index.js';
import { MisconfigurationError } from '../errors/index.js';
import { makePrecision, Precision } from '../precision/index.js';
import type { ResolvedOptions } from './options.js';

/** What plugins may take the place of. */
export interface Plugins {
  readonly precision: Precision;
  readonly checkpointIO: CheckpointIO;
}

/**
 * The plugins that the options give or ask for, defaults elsewhere. Source: PyTorch Lightning, `accelerator_connector.py`.
 * @throws MisconfigurationError for anything else, two of a kind, and a precision that is given twice or that the engine cannot do
 */
export function resolvePlugins({ plugins, precision }: ResolvedOptions): Plugins {
  const given: readonly unknown[] = plugins === undefined || plugins === null ? [] : [plugins].flat();
  for (const plugin of given) {
    if (plugin instanceof Precision || plugin instanceof CheckpointIO) continue;
    throw new MisconfigurationError({
      code: 'plugin',
      found: `Found an invalid type for a plugin: ${typeof plugin === 'object' && plugin !== null ? plugin.constructor.name : String(plugin)}.`,
      allowed: 'an object of a class that is made from Precision or CheckpointIO',
    });
  }
  const precisions = given.filter((plugin) => plugin instanceof Precision);
  const ios = given.filter((plugin) => plugin instanceof CheckpointIO);
  for (const [name, list] of Object.entries({ Precision: precisions, CheckpointIO: ios })) {
    if (list.length < 2) continue;
    throw new MisconfigurationError({
      code: 'plugin',
      found: `Received multiple values for ${name} in \`plugins\`.`,
      allowed: 'one value for each type at most',
    });
  }
  const [own] = precisions;
  if (own && precision !== null) {
    throw new MisconfigurationError({
      code: 'conflicting-options',
      found: `Received both \`precision\`: '${precision}' and a plugin: ${own.constructor.name}.`,
      fix: 'Choose one.',
    });
  }
  return { precision: own ?? makePrecision(precision), checkpointIO: ios[0] ?? new DefaultCheckpointIO() };
}
