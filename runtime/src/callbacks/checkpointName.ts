import { MisconfigurationError } from '../errors/index.js';

/** Values that a file name's placeholders may ask for. */
export type NameValues = Readonly<Record<string, number>>;

const PLACEHOLDER = /\{([^:}]*)(?::([^}]*))?\}/g;
const FORMAT = /^(0?)(\d*)(?:\.(\d+))?([dfeg]?)$/;

/**
 * Fills in a checkpoint's file name: `{epoch:02d}-{val_loss:.2f}` becomes `epoch=01-val_loss=0.42`. A metric that does not exist
 * counts as 0. Source: PyTorch Lightning, `ModelCheckpoint.format_checkpoint_name`.
 * @param insertsNames whether `name=` stands before each value
 */
export function fillInName(pattern: string, values: NameValues, insertsNames: boolean): string {
  return pattern.replaceAll(PLACEHOLDER, (_whole, name: string, format: string | undefined) => {
    const value = Object.hasOwn(values, name) ? (values[name] as number) : 0;
    const text = format === undefined ? String(value) : formatNumber(value, format);
    return insertsNames ? `${name}=${text}` : text;
  });
}

/** @throws MisconfigurationError for a number format that Python would know and this class does not, or no format at all */
export function checkNamePattern(pattern: string): void {
  for (const [whole, , format] of pattern.matchAll(PLACEHOLDER)) {
    if (format === undefined || FORMAT.test(format)) continue;
    throw new MisconfigurationError({
      code: 'checkpoint-name',
      found: `ModelCheckpoint: \`filename\` has the placeholder ${whole}.`,
      allowed: 'formats such as {epoch:02d}, {val_loss:.2f} or {val_loss:.3e}',
    });
  }
}

/** Python's format of a number, as far as file names need it. */
function formatNumber(value: number, format: string): string {
  const [, zero, width, digits, kind] = FORMAT.exec(format) ?? [];
  const precision = digits === undefined ? undefined : Number(digits);
  const text =
    kind === 'd'
      ? String(Math.trunc(value))
      : kind === 'e'
        ? pythonExponent(value.toExponential(precision ?? 6))
        : kind === 'f'
          ? value.toFixed(precision ?? 6)
          : precision === undefined
            ? String(value)
            : String(Number(value.toPrecision(Math.max(1, precision))));
  return text.padStart(Number(width || 0), zero === '0' ? '0' : ' ');
}

/** Python writes two digits at least: `1.00e-03`. */
function pythonExponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}
