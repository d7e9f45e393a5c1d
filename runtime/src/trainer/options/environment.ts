import { MisconfigurationError, nearest } from '../../errors/index.js';
import { LEGACY_OPTIONS, type LegacyOptionRow } from '../legacyOptionTable.js';
import { type OptionRow, TRAINER_OPTIONS } from '../optionTable.js';
import { checkOption } from './checkOption.js';
import { environmentVariable, PREFIX } from './environmentVariable.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Kinds whose text is the value. */
const TEXTS: ReadonlySet<string> = new Set<OptionRow['kind'] | LegacyOptionRow['kind']>([
  'text',
  'choice',
  'precision',
  'text-or-null',
  'choice-or-null',
]);
const LIMITS: ReadonlySet<string> = new Set<OptionRow['kind']>(['limit', 'limit-or-time']);
/** Objects that only a program can make. */
const PROGRAMS_ONLY: ReadonlySet<string> = new Set(['callbacks', 'plugins']);
/** Words of Python and of JavaScript. */
const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['none', null],
  ['null', null],
]);

/**
 * Options that the environment gives: `PL_TRAINER_MAX_EPOCHS=3` is `maxEpochs: 3`. Values are read as in Python, and by the kind of
 * the option. Source: PyTorch Lightning, `utilities/argparse.py`.
 * @throws MisconfigurationError for a value that the option cannot have, naming the variable
 */
export function optionsOfEnvironment(environment: Environment): Record<string, unknown> {
  const rows: Readonly<Record<string, OptionRow | LegacyOptionRow>> = { ...TRAINER_OPTIONS, ...LEGACY_OPTIONS };
  const options: Record<string, unknown> = {};
  const known = new Map(Object.entries(rows).map(([name, row]) => [environmentVariable(name), { name, row }]));
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith(PREFIX) || text === undefined || text === '') continue;
    const option = known.get(variable);
    if (option) options[option.name] = read(variable, text, option.name, option.row);
    else warnOfUnknown(variable, [...known.keys()]);
  }
  return options;
}

function warnOfUnknown(variable: string, known: readonly string[]): void {
  const near = nearest(
    variable.slice(PREFIX.length),
    known.map((name) => name.slice(PREFIX.length)),
  );
  process.emitWarning(
    `The environment variable ${variable} names no option of the Trainer, and is ignored.${near ? ` Did you mean ${PREFIX}${near}?` : ''}`,
  );
}

function read(variable: string, text: string, name: string, row: OptionRow | LegacyOptionRow): unknown {
  const value = PROGRAMS_ONLY.has(name) ? undefined : readText(text.trim(), row);
  try {
    if (value !== undefined) checkOption(name, value);
    else throw notReadable(name);
  } catch (cause) {
    throw new MisconfigurationError({
      code: 'environment-option',
      found: `The environment variable ${variable} is '${text}', which \`${name}\` cannot be. ${cause instanceof Error ? cause.message : String(cause)}`,
      fix: `Change it, or unset ${variable}.`,
      cause,
    });
  }
  return value;
}

function notReadable(name: string): MisconfigurationError {
  return new MisconfigurationError({
    code: 'option-value',
    found: `\`${name}\` takes objects, which only a program can make.`,
  });
}

function readText(text: string, { kind }: OptionRow | LegacyOptionRow): unknown {
  const word = WORDS.get(text.toLowerCase());
  if (word !== undefined) return word;
  const plain = /^(['"])(.*)\1$/.exec(text)?.[2] ?? text;
  if (TEXTS.has(kind)) return plain;
  if (kind === 'flag' || kind === 'flag-or-null') return plain === '1' ? true : plain === '0' ? false : plain;
  // Python's 1.0 is all of the batches, and its 1 is one.
  if (LIMITS.has(kind) && /^[01]\.0*$/.test(plain)) return plain.startsWith('1') ? '100%' : 0;
  if (plain !== '' && Number.isFinite(Number(plain))) return Number(plain);
  if (!/^[[{(]/.test(plain)) return plain;
  try {
    // Python's lists, tuples and dictionaries of numbers and texts, as JSON has them.
    const json = plain.replaceAll("'", '"').replace(/^\((.*?),?\)$/, '[$1]');
    return JSON.parse(json) as unknown;
  } catch {
    return plain;
  }
}
