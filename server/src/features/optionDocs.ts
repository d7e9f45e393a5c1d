import { type OptionRow, TRAINER_OPTIONS, type TrainerOptionName } from 'lightning-tfjs/options';

/** Every option of the Trainer, in the order of the table. */
export const OPTION_NAMES = Object.keys(TRAINER_OPTIONS) as readonly TrainerOptionName[];

/** True for the name of an option of the Trainer. */
export function isOptionName(name: string): name is TrainerOptionName {
  return Object.hasOwn(TRAINER_OPTIONS, name);
}

/** Type, default and purpose of an option, in Markdown. */
export function optionDocs(name: TrainerOptionName): string {
  const row: OptionRow = TRAINER_OPTIONS[name];
  const preset = row.default === undefined ? '' : `\n\nDefault: \`${literal(row.default)}\``;
  return `\`\`\`ts\n${name}: ${optionType(name)}\n\`\`\`\n\n${row.doc}${preset}`;
}

/** What an option may be, as a type. */
export function optionType(name: TrainerOptionName): string {
  const { kind, choices = [], nullable = false }: OptionRow = TRAINER_OPTIONS[name];
  const among = choices.map((choice) => `'${choice}'`).join(' | ');
  const types = {
    flag: 'boolean',
    count: 'number',
    'count-or-unlimited': 'number',
    limit: 'number | string',
    'limit-or-time': 'number | string | { minutes: number }',
    time: 'string | { hours: number }',
    'flag-or-count': 'boolean | number',
    'flag-or-text': 'boolean | string',
    'flag-or-choice': `boolean | ${among}`,
    'choice-or-object': `${among} | object`,
    devices: "number | readonly number[] | 'auto'",
    number: 'number',
    choice: among,
    precision: among,
    text: 'string',
    object: 'object',
  } as const satisfies Record<OptionRow['kind'], string>;
  return types[kind] + (nullable ? ' | null' : '');
}

/** Values to choose from, as they are written; none where anything of a type will do. */
export function optionValues(name: TrainerOptionName): readonly string[] {
  const { kind, choices = [], nullable = false }: OptionRow = TRAINER_OPTIONS[name];
  const flags = kind.startsWith('flag') || name === 'logger' ? ['true', 'false'] : [];
  const percentages = kind === 'limit' || kind === 'limit-or-time' ? ["'10%'", "'100%'"] : [];
  const unlimited = kind === 'count-or-unlimited' ? ['-1'] : [];
  const auto = kind === 'devices' ? ["'auto'"] : [];
  const among = choices.map((choice) => `'${choice}'`);
  return [...flags, ...among, ...auto, ...percentages, ...unlimited, ...(nullable ? ['null'] : [])];
}

function literal(value: OptionRow['default']): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
