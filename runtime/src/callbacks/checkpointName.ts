import { MisconfigurationError } from '../errors/index.js';
import { formatLikePython, isNumberFormat, type PythonNumber, pythonText } from './pythonFormat.js';

/** Values that a file name's placeholders may ask for. */
export type NameValues = Readonly<Record<string, number>>;

const PLACEHOLDER = /\{([^:}]*)(?::([^}]*))?\}/g;

/** What counts whole things: these are Python's integers. */
const COUNTS = ['epoch', 'step'];

/**
 * Fills in a checkpoint's file name: `{epoch:02d}-{val_loss:.2f}` becomes `epoch=01-val_loss=0.42`. A metric that does not exist
 * counts as 0. A name with a `/` makes folders, unless names are not inserted.
 * Source: PyTorch Lightning, `ModelCheckpoint.format_checkpoint_name`.
 * @param insertsNames whether `name=` stands before each value
 * @throws MisconfigurationError for a format of whole numbers and a value that is none
 */
export function fillInName(pattern: string, values: NameValues, insertsNames: boolean): string {
  return pattern.replaceAll(PLACEHOLDER, (whole, name: string, format = '') => {
    const number = numberOf(name, values);
    const text = format === '' ? pythonText(number) : formatLikePython(number, format);
    if (text === undefined) throw badFormat(whole, `cannot show ${number.value}`);
    return insertsNames ? `${name}=${text}` : text;
  });
}

/** @throws MisconfigurationError for a format that there is not */
export function checkNamePattern(pattern: string): void {
  for (const [whole, , format] of pattern.matchAll(PLACEHOLDER)) {
    if (format !== undefined && !isNumberFormat(format)) throw badFormat(whole, 'is none that Python has');
  }
}

/** Metrics are 32-bit floats, as in PyTorch Lightning: there 0.1 without a format is 0.10000000149011612, and here, too. */
function numberOf(name: string, values: NameValues): PythonNumber {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined) return { value: 0, kind: 'int' };
  return COUNTS.includes(name)
    ? { value: Math.trunc(value), kind: 'int' }
    : { value: Math.fround(value), kind: 'float' };
}

function badFormat(placeholder: string, fault: string): MisconfigurationError {
  return new MisconfigurationError({
    code: 'checkpoint-name',
    found: `ModelCheckpoint: \`filename\` has the placeholder ${placeholder}, whose format ${fault}.`,
    allowed: 'formats such as {epoch:02d}, {val_loss:.2f} or {val_loss:.3e}',
  });
}
