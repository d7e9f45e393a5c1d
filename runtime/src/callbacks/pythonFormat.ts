/** A number as a file name's placeholder gets it: Python tells whole numbers from others. */
export interface PythonNumber {
  readonly value: number;
  readonly kind: 'int' | 'float';
}

/** Python's format of a number: `[[fill]align][sign][0][width][,][.precision][type]`. */
const FORMAT = /^(?:(.)?([<>=^]))?([+\- ])?(0)?(\d+)?([,_])?(?:\.(\d+))?([bdeEfFgGnoxX%])?$/u;

const INTEGER_TYPES = 'bdoxX';

/** True for a format that Python has for numbers. */
export function isNumberFormat(format: string): boolean {
  return FORMAT.test(format);
}

/** The number in that format; undefined where Python would refuse: a whole number's format for another. */
export function formatLikePython({ value, kind }: PythonNumber, format: string): string | undefined {
  const match = FORMAT.exec(format);
  if (!match) return undefined;
  const [, fill, align, sign = '-', zero, width = '0', group, digits, type] = match;
  const precision = digits === undefined ? undefined : Number(digits);
  const isInteger = type === undefined ? kind === 'int' && precision === undefined : INTEGER_TYPES.includes(type);
  if (isInteger && (kind === 'float' || precision !== undefined)) return undefined;
  const body = isInteger ? wholeNumber(Math.abs(value), type) : decimal(Math.abs(value), type, precision);
  const isNegative = value < 0 || Object.is(value, -0);
  const prefix = isNegative ? '-' : sign === '-' ? '' : sign;
  const grouped = group ? body.replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, group)) : body;
  const padding = (fill ?? (zero ? '0' : ' ')).repeat(Math.max(0, Number(width) - prefix.length - grouped.length));
  switch (align ?? (zero ? '=' : '>')) {
    case '<':
      return prefix + grouped + padding;
    case '^':
      return padding.slice(0, padding.length / 2) + prefix + grouped + padding.slice(padding.length / 2);
    case '=':
      return prefix + padding + grouped;
    default:
      return padding + prefix + grouped;
  }
}

/** A number as Python's `str` writes it: `1.0`, `1e-05`, `nan`. */
export function pythonText({ value, kind }: PythonNumber): string {
  if (kind === 'int') return String(value);
  if (!Number.isFinite(value)) return notFinite(value);
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e16)) return exponent(value.toExponential());
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}

function wholeNumber(value: number, type = 'd'): string {
  const text = value.toString({ b: 2, o: 8, x: 16, X: 16 }[type] ?? 10);
  return type === 'X' ? text.toUpperCase() : text;
}

function decimal(value: number, type: string | undefined, precision: number | undefined): string {
  if (!Number.isFinite(value)) return notFinite(value);
  switch (type) {
    case 'f':
    case 'F':
      return value.toFixed(precision ?? 6);
    case '%':
      return `${(value * 100).toFixed(precision ?? 6)}%`;
    case 'e':
      return exponent(value.toExponential(precision ?? 6));
    case 'E':
      return exponent(value.toExponential(precision ?? 6)).toUpperCase();
    case 'G':
      return general(value, precision ?? 6).toUpperCase();
    case undefined:
      return precision === undefined ? pythonText({ value, kind: 'float' }) : withPoint(general(value, precision, 1));
    default:
      return general(value, precision ?? 6);
  }
}

/**
 * So many significant digits, without zeros at the end; with an exponent where the number is very small or large.
 * @param decimals that there must be room for
 */
function general(value: number, precision: number, decimals = 0): string {
  const digits = Math.max(1, precision);
  const power = value === 0 ? 0 : Number(value.toExponential(digits - 1).split('e')[1]);
  const trim = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
  if (power >= -4 && power < digits - decimals) return trim(value.toFixed(digits - 1 - power));
  const [mantissa = '', rest] = value.toExponential(digits - 1).split('e');
  return exponent(`${trim(mantissa)}e${rest}`);
}

/** Without a type there is always a decimal. */
function withPoint(text: string): string {
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** Python writes two digits at least: `1.00e-03`. */
function exponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

function notFinite(value: number): string {
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}
