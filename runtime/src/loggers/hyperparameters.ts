import { type ScalarTag, stringify } from 'yaml';

/** Hyperparameters: plain values, lists and objects. */
export type LoggedHyperparameters = Readonly<Record<string, unknown>>;

/** Nested objects as one level: `{ a: { b: 1 } }` becomes `{ 'a/b': 1 }`; lists of objects too, by position. */
export function flattenHyperparameters(params: LoggedHyperparameters, parent = ''): Record<string, unknown> {
  const flat: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(params)) {
    const name = parent === '' ? key : `${parent}/${key}`;
    if (isObject(value)) Object.assign(flat, flattenHyperparameters(value, name));
    else if (Array.isArray(value) && value.length > 0 && value.every(isObject)) {
      for (const [index, item] of value.entries())
        Object.assign(flat, flattenHyperparameters(item, `${name}/${index}`));
    } else flat[name] = value;
  }
  return flat;
}

/** A value for readers that know numbers, flags and texts only. */
export function toSimpleValue(value: unknown): number | boolean | string {
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') return value;
  return JSON.stringify(value) ?? String(value);
}

function isObject(value: unknown): value is LoggedHyperparameters {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A number such as 1e-7, which Python takes for text unless it has a point. */
const EXPONENT: ScalarTag = {
  identify: (value) => typeof value === 'number' && /^-?\d+e/.test(String(value)),
  default: true,
  tag: 'tag:yaml.org,2002:float',
  test: /^[-+]?\d+\.0e[-+]\d+$/,
  resolve: (text) => Number(text),
  stringify: ({ value }) => String(value).replace('e', '.0e'),
};

/** YAML 1.1, which Python's PyYAML reads: there a plain `no` is a boolean and `12:30` a number, so that texts are quoted. */
export function toYaml(value: unknown): string {
  return stringify(value, { version: '1.1', customTags: (tags) => [EXPONENT, ...tags] });
}
