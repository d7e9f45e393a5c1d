import { UsageError } from './errors.js';

/** A value from the command line: as it was typed, and what it says. */
export interface GivenValue {
  readonly raw: string;
  readonly value: unknown;
  /** Where it stands in a configuration file: `run.yaml:3:5`. Undefined for what was typed. */
  readonly place?: string;
}

// YAML 1.2's core schema, the numbers of it.
const NUMBER = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const WORDS: Readonly<Record<string, unknown>> = {
  true: true,
  True: true,
  TRUE: true,
  false: false,
  False: false,
  FALSE: false,
  null: null,
  Null: null,
  NULL: null,
  '~': null,
  '.inf': Number.POSITIVE_INFINITY,
  '-.inf': Number.NEGATIVE_INFINITY,
  '.nan': Number.NaN,
};

/**
 * Reads a value as YAML would: `true`, `3`, `1e-3`, `[0, 1]`, `{a: 1}`, `null`, and anything else as text. Unlike YAML it keeps
 * what a shell user means as text: `#fff`, `a: b`, `25%`.
 * @throws UsageError for a list or an object that is not closed or not well-formed
 */
export async function parseValue(option: string, raw: string): Promise<GivenValue> {
  if (Object.hasOwn(WORDS, raw)) return { raw, value: WORDS[raw] };
  if (NUMBER.test(raw)) return { raw, value: Number(raw) };
  if (!/^[[{"']/.test(raw)) return { raw, value: raw };
  // Loaded only here: most runs give no list.
  const { readYaml } = await import('./readYaml.js');
  try {
    return { raw, value: readYaml(raw) };
  } catch (cause) {
    throw new UsageError({
      code: 'value-not-readable',
      found: `\`--${option}\` is ${raw}, which cannot be read.`,
      allowed: 'text, numbers, true, false, null, and lists and objects as in JSON or YAML: [0, 1], {a: 1}',
      fix: `To give it as text, quote it twice: --${option} '${JSON.stringify(raw)}'.`,
      cause,
    });
  }
}
