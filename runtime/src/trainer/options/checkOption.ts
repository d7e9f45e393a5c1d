import { MisconfigurationError, nearest } from '../../errors/index.js';
import { LEGACY_OPTIONS, type LegacyOptionName, PROCESS_STRATEGIES } from '../legacyOptionTable.js';
import { type OptionRow, TRAINER_OPTIONS, type TrainerOptionName } from '../optionTable.js';
import { checkLegacyOption } from './checkLegacyOption.js';
import { isBatchLimit, isDuration, readDevices, show } from './values.js';

/** True for an option of PyTorch Lightning 1.6 that has another place today. */
export function isLegacyOption(name: string): name is LegacyOptionName {
  return Object.hasOwn(LEGACY_OPTIONS, name);
}

/**
 * What is checked of one option alone; also used by the command line.
 * @throws MisconfigurationError naming what was found, what is allowed, and for a misspelt option the nearest one
 */
export function checkOption(name: string, value: unknown): void {
  if (isLegacyOption(name)) {
    checkLegacyOption(name, value);
    return;
  }
  if (!Object.hasOwn(TRAINER_OPTIONS, name)) throw unknownOption(name);
  const row: OptionRow = TRAINER_OPTIONS[name as TrainerOptionName]; // just looked up
  if (value === null && row.nullable) return;
  if (isFormOf1_6(name, value) || isAllowed(row, value)) {
    checkPossible(name, value);
    return;
  }
  throw new MisconfigurationError({
    code: 'option-value',
    found: `\`${name}\` is ${show(value)}.`,
    allowed: allowedText(row),
    fix: fixFor(row, name, value),
  });
}

/** What PyTorch Lightning has, and what nothing here can do. */
function checkPossible(name: string, value: unknown): void {
  if (name === 'numNodes' && value !== 1) {
    throw new MisconfigurationError({
      code: 'cluster-not-built',
      found: `\`numNodes\` is ${show(value)}, and training on several machines is not built.`,
      allowed: '1',
      fix: 'Remove it.',
    });
  }
  if (name === 'modelRegistry') {
    throw new MisconfigurationError({
      code: 'registry-not-available',
      found: `\`modelRegistry\` is ${show(value)}, and Lightning AI's registry has a client for Python only.`,
      allowed: 'null',
      fix: 'Remove it, and give checkpoints by path: trainer.fit(module, { ckptPath }).',
    });
  }
  const strategy = name === 'strategy' || name === 'accelerator' ? processStrategy(value) : undefined;
  if (strategy === undefined) return;
  throw new MisconfigurationError({
    code: 'strategy-not-built',
    found: `\`${name}\` is '${strategy}', which trains in several processes or on hardware of its own, and is not built.`,
    allowed: "'auto', 'single_device', 'dp' or 'ddp2'",
    fix: "Remove it to train in one process; strategy: 'dp' with devices: N splits each batch over N logical devices.",
  });
}

function processStrategy(value: unknown): string | undefined {
  return PROCESS_STRATEGIES.find((each) => each === value);
}

/** Values that these options took in 1.6 and that have another place today. */
function isFormOf1_6(name: string, value: unknown): boolean {
  if (name === 'strategy') return processStrategy(value) !== undefined;
  if (name === 'accelerator') return value === 'dp' || value === 'ddp2' || processStrategy(value) !== undefined;
  return name === 'accumulateGradBatches' && typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unknownOption(name: string): MisconfigurationError {
  const near = nearest(name, [...Object.keys(TRAINER_OPTIONS), ...Object.keys(LEGACY_OPTIONS)]);
  return new MisconfigurationError({
    code: 'unknown-option',
    found: `Trainer has no option \`${name}\`.`,
    fix: near ? `Did you mean \`${near}\`?` : `It has: ${Object.keys(TRAINER_OPTIONS).join(', ')}.`,
  });
}

function isAllowed(row: OptionRow, value: unknown): boolean {
  const count = (from: number) => Number.isInteger(value) && (value as number) >= from;
  switch (row.kind) {
    case 'flag':
      return typeof value === 'boolean';
    case 'count':
      return count(row.min ?? 0);
    case 'count-or-unlimited':
      return count(-1);
    case 'flag-or-count':
      return typeof value === 'boolean' || count(0);
    case 'flag-or-text':
      return typeof value === 'boolean' || (typeof value === 'string' && value !== '');
    case 'flag-or-choice':
      return typeof value === 'boolean' || (typeof value === 'string' && (row.choices ?? []).includes(value));
    case 'choice-or-object':
      return typeof value === 'string' ? (row.choices ?? []).includes(value) : typeof value === 'object';
    case 'devices':
      return readDevices(value) !== undefined;
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'limit':
      return isBatchLimit(value) && !(row.min && value === 0);
    case 'limit-or-time':
      return isDuration(value) || (isBatchLimit(value) && !(row.min && value === 0));
    case 'time':
      return isDuration(value);
    case 'choice':
      return typeof value === 'string' && (row.choices ?? []).includes(value);
    case 'precision':
      return (typeof value === 'string' || typeof value === 'number') && (row.choices ?? []).includes(String(value));
    case 'text':
      return typeof value === 'string' && value !== '';
    case 'object':
      return typeof value === 'object' || typeof value === 'boolean';
  }
}

const LIMIT_TEXT = "a count (0, 1, 2 …), a fraction between 0 and 1, or a percentage such as '25%'";

function allowedText(row: OptionRow): string {
  const text = {
    flag: 'true or false',
    count: `a count (${row.min ?? 0}, ${(row.min ?? 0) + 1}, ${(row.min ?? 0) + 2} …)`,
    'count-or-unlimited': 'a count (0, 1, 2 …), or -1 for no limit',
    'flag-or-count': 'true, false or a count',
    'flag-or-text': 'true, false or a name',
    'flag-or-choice': `true, false, ${(row.choices ?? []).map((choice) => `'${choice}'`).join(' or ')}`,
    'choice-or-object': `${(row.choices ?? []).map((choice) => `'${choice}'`).join(', ')}, or an object of the documented kind`,
    devices: "a count (1, 2, 3 …), a list of numbers such as [0, 1] or '0,1', 'auto' or -1",
    number: 'a number',
    limit: LIMIT_TEXT,
    'limit-or-time': `${LIMIT_TEXT}, or a time such as '00:00:30:00' or { minutes: 30 }`,
    time: "a duration: text in the form 'DD:HH:MM:SS', or an object such as { hours: 12 }",
    choice: (row.choices ?? []).map((choice) => `'${choice}'`).join(', '),
    precision: (row.choices ?? []).map((choice) => `'${choice}'`).join(', '),
    text: 'text',
    object: 'an object of the documented kind',
  }[row.kind];
  return row.nullable === true ? `${text}, or null` : text;
}

function fixFor(row: OptionRow, name: string, value: unknown): string | undefined {
  if (typeof value === 'string' && Object.hasOwn(row.hints ?? {}, value)) return row.hints?.[value];
  if ((row.kind === 'limit' || row.kind === 'limit-or-time') && typeof value === 'number' && value > 1) {
    return `For ${Math.floor(value)} batches write ${name}: ${Math.floor(value)}.`;
  }
  if ((row.kind === 'choice' || row.kind === 'choice-or-object') && typeof value === 'string') {
    const near = nearest(value, row.choices ?? []);
    return near ? `Did you mean '${near}'?` : undefined;
  }
  if (typeof value === 'string' && value !== '' && Number.isFinite(Number(value)))
    return `Write it without quotes: ${Number(value)}.`;
  return undefined;
}
