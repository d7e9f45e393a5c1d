import { parse } from 'yaml';

/**
 * A value written as YAML. In a file of its own, so that it can be loaded late: of a CommonJS package that is imported late itself,
 * the bundler gives no names.
 * @throws when it is not well-formed
 */
export function readYaml(text: string): unknown {
  return parse(text);
}
