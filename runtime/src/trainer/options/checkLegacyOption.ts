import { MisconfigurationError } from '../../errors/index.js';
import { LEGACY_OPTIONS, type LegacyOptionName, type LegacyOptionRow } from '../legacyOptionTable.js';
import { asksForNothing, isNone } from './modernSpelling.js';
import { readDevices, show } from './values.js';

/**
 * Checks the value of an option of PyTorch Lightning 1.6.
 * @throws MisconfigurationError for a value that it never took, and for hardware and libraries that nothing here can use
 */
export function checkLegacyOption(name: LegacyOptionName, value: unknown): void {
  const row: LegacyOptionRow = LEGACY_OPTIONS[name];
  if (!isAllowed(row, value)) {
    throw new MisconfigurationError({
      code: 'option-value',
      found: `\`${name}\` is ${show(value)}.`,
      allowed: allowedText(row),
      fix: `Today it is written ${row.modern}.`,
    });
  }
  if (!asksForNothing(name, value)) checkPossible(name, row, value);
}

function checkPossible(name: LegacyOptionName, { conversion, modern }: LegacyOptionRow, value: unknown): void {
  if (conversion.kind === 'devices' && (conversion.accelerator === 'tpu' || conversion.accelerator === 'ipu')) {
    throw new MisconfigurationError({
      code: 'accelerator-not-available',
      found: `\`${name}\` is ${show(value)} (today ${modern}), and no engine of TensorFlow.js can drive ${conversion.accelerator === 'tpu' ? 'a TPU' : 'an IPU'}: there is nothing to install.`,
      fix: "Remove it, to train on what this machine has; accelerator: 'auto' takes the best.",
    });
  }
  if ((name === 'ampBackend' && value === 'apex') || name === 'ampLevel') {
    throw new MisconfigurationError({
      code: 'apex-not-available',
      found: `\`${name}\` is ${show(value)}: it is for apex, a library for CUDA that nothing here can use.`,
      fix: `Remove it, and write ${modern} for mixed precision.`,
    });
  }
}

function isAllowed(row: LegacyOptionRow, value: unknown): boolean {
  if (value === null) return row.kind.endsWith('-or-null');
  const choices = row.choices ?? [];
  switch (row.kind) {
    case 'flag':
    case 'flag-or-null':
      return typeof value === 'boolean';
    case 'count':
    case 'count-or-null':
      return Number.isSafeInteger(value) && Number(value) >= (row.min ?? 0);
    case 'devices-or-null':
      return isNone(value) || (value !== 'auto' && readDevices(value) !== undefined);
    case 'norm':
      return value === 'inf' || value === -1 || (typeof value === 'number' && value > 0);
    case 'choice':
    case 'choice-or-null':
      return typeof value === 'string' && choices.includes(value);
    case 'text-or-null':
      return typeof value === 'string' && value !== '';
  }
}

function allowedText({ kind, min = 0, choices = [] }: LegacyOptionRow): string {
  const named = choices.map((choice) => `'${choice}'`).join(' or ');
  return {
    flag: 'true or false',
    'flag-or-null': 'true, false or null',
    count: `a count (${min}, ${min + 1}, ${min + 2} …)`,
    'count-or-null': `a count (${min}, ${min + 1}, ${min + 2} …), or null`,
    'devices-or-null': "a count (0, 1, 2 …), -1 for all, a list of numbers such as [0, 1] or '0,1', or null",
    norm: "a positive number or 'inf' (infinity norm), or -1 for none",
    choice: named,
    'choice-or-null': `${named}, or null`,
    'text-or-null': 'text, or null',
  }[kind];
}
