import type { OptionRow } from '../trainer/optionTable.js';
import { CLI_OPTIONS, type CliOption, COMMANDS } from './cliOptions.js';

const WIDTH = 100;

/** Titles of the option table's groups, in the order of help. */
const GROUP_TITLES: Readonly<Record<OptionRow['group'], string>> = {
  length: 'How long',
  validation: 'Validation',
  optimization: 'Optimization',
  output: 'Output',
  engine: 'Engine',
};

/** The text of `--help`, made from the tables, at most 100 columns wide. */
export function helpText(options: Readonly<Record<string, OptionRow>>): string {
  const commands = Object.entries(COMMANDS).map(([name, doc]) => [name, doc] as const);
  const own = Object.entries(CLI_OPTIONS).map(([name, option]) => [ownName(name, option), option.doc] as const);
  const groups = Object.entries(GROUP_TITLES).flatMap(([group, title]) => {
    const rows = Object.entries(options).filter(([, row]) => row.group === group);
    return section(
      `Trainer: ${title.toLowerCase()}`,
      rows.map(([name, row]) => [`--trainer.${name}`, describe(row)] as const),
    );
  });
  return [
    'Usage: lightning <command> FILE [options]',
    '       lightning upgrade FILE … [--write] [--json]',
    '',
    ...wrap(
      'FILE is TypeScript or JavaScript and exports a LightningModule, and a LightningDataModule unless the module has its own loaders.',
      0,
    ),
    ...section('Commands', commands),
    ...section('Options', own),
    ...section('Hyperparameters', [
      ['--model.NAME VALUE', "Instead of the default in the module's constructor: --model.lr 1e-3"],
      ['--data.NAME VALUE', 'The same for the data module: --data.batchSize 64'],
    ]),
    ...groups,
    '',
    ...wrap('Values are read as YAML: true, 3, 1e-3, 25%, [0, 1], text. Write --name value or --name=value.', 0),
  ].join('\n');
}

function section(title: string, rows: readonly (readonly [name: string, doc: string])[]): string[] {
  if (rows.length === 0) return [];
  const indent = 2 + Math.max(...rows.map(([name]) => name.length)) + 2;
  const lines = rows.flatMap(([name, doc]) => {
    const [first = '', ...more] = wrap(doc, indent);
    return [`  ${name}`.padEnd(indent) + first.trimStart(), ...more];
  });
  return ['', `${title}:`, ...lines];
}

function ownName(name: string, { value, short }: CliOption): string {
  return `--${name}${short ? `, -${short}` : ''}${value ? ` ${value}` : ''}`;
}

function describe(row: OptionRow): string {
  const choices = row.choices ? ` One of: ${row.choices.join(', ')}.` : '';
  // Defaults that depend on other options are told by the text itself.
  const fallback = row.default === undefined ? '' : ` Default: ${String(row.default)}.`;
  return row.doc + choices + fallback;
}

function wrap(text: string, indent: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && indent + longer.length > WIDTH) {
      lines.push(' '.repeat(indent) + line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, ' '.repeat(indent) + line];
}
