import type { GivenValue } from '../values.js';
import { type ConfigNode, placeText } from './configTree.js';
import { camelCase } from './readConfig.js';

/**
 * A configuration's hyperparameters by dotted path, as the command line gives them.
 * @param defaults those of the class: where a default is an object with keys, the configuration's keys are looked at one by one, and a
 * name with underscores means the one in camelCase unless the class itself has it so. Undefined when they are not known
 */
export function configuredValues(
  node: ConfigNode | undefined,
  defaults: Readonly<Record<string, unknown>> | undefined,
): Map<string, GivenValue> {
  const values = new Map<string, GivenValue>();
  const collect = (map: ConfigNode, known: Readonly<Record<string, unknown>> | undefined, before: string) => {
    for (const [written, { place, node: entry }] of map.entries ?? []) {
      const name =
        known && !Object.hasOwn(known, written) && Object.hasOwn(known, camelCase(written))
          ? camelCase(written)
          : written;
      const inner = known?.[name];
      if (entry.entries && isMap(inner) && Object.keys(inner).length > 0) collect(entry, inner, `${before}${name}.`);
      else values.set(before + name, { raw: rawText(entry.value), value: entry.value, place: placeText(place) });
    }
  };
  if (node) collect(node, defaults, '');
  return values;
}

function rawText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
