import { stringify } from 'yaml';
import type { InspectedTensor, Inspection } from './inspect.js';
import { toJson } from './plainJson.js';
import type { TensorStats } from './tensorStats.js';

const FORMATS: Readonly<Record<Inspection['format'], string>> = {
  'lightning-tfjs': 'checkpoint of Lightning for TypeScript',
  safetensors: 'safetensors',
  torch: 'PyTorch',
  'torch-legacy': 'PyTorch, format before 1.6',
};

/** Titles of the fields that have a section of their own, in the order of the report. */
const SECTIONS: Readonly<Record<string, string>> = {
  hyper_parameters: 'Hyperparameters',
  datamodule_hyper_parameters: 'Hyperparameters of the data module',
  callbacks: 'Callbacks',
  optimizer_states: 'Optimizers',
  lr_schedulers: 'Learning rate schedulers',
};

/** What a file holds, as a person reads it in a terminal. */
export function inspectionText(inspection: Inspection): string {
  const { path, format, sizeBytes, keys, fields, isCheckpoint, tensors } = inspection;
  const version = fields['pytorch-lightning_version'];
  const facts: (readonly [string, string])[] = [
    ['file', path],
    [
      'format',
      isCheckpoint && format.startsWith('torch')
        ? `PyTorch Lightning checkpoint (${FORMATS[format]})`
        : FORMATS[format],
    ],
    ['size', bytesText(sizeBytes)],
    ...(isCheckpoint ? [['saved by version', text(version)] as const] : []),
    ...(isCheckpoint
      ? [['epoch', text(fields.epoch)] as const, ['global_step', text(fields.global_step)] as const]
      : []),
    ['keys', keys.length > 40 ? `${keys.slice(0, 40).join(', ')} and ${keys.length - 40} more` : keys.join(', ')],
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  const parts = [facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n')];
  for (const [key, title] of Object.entries(SECTIONS)) {
    const value = key === 'optimizer_states' ? optimizers(fields[key]) : fields[key];
    if (!isEmpty(value)) parts.push(`${title}:\n${yamlText(value)}`);
  }
  if (format === 'safetensors' && !isEmpty(fields)) parts.push(`Metadata:\n${yamlText(fields)}`);
  parts.push(tensorTable(tensors));
  return printable(parts.join('\n\n'));
}

/** Groups with their options, without the state of each parameter, which the table of tensors shows. */
function optimizers(states: unknown): unknown {
  if (!Array.isArray(states)) return undefined;
  return states.map((state: { name?: unknown; param_groups?: unknown; paramGroups?: unknown }) => {
    const groups = state?.param_groups ?? state?.paramGroups;
    const described = Array.isArray(groups)
      ? groups.map(({ params, options, ...rest }: Record<string, unknown>) => ({
          params: Array.isArray(params) ? params.length : 0,
          ...(typeof options === 'object' ? options : undefined),
          ...rest,
        }))
      : [];
    return { ...(state?.name !== undefined && { name: state.name }), groups: described };
  });
}

function yamlText(value: unknown): string {
  const lines = stringify(toJson(shortened(value)), { lineWidth: 0, aliasDuplicateObjects: false })
    .trimEnd()
    .split('\n');
  return lines.map((line) => `  ${line}`).join('\n');
}

/** Tensors in their places as `float32[3, 2]`. */
function shortened(value: unknown): unknown {
  if (isTensor(value)) return `${value.dtype}[${value.shape.join(', ')}]`;
  if (Array.isArray(value)) return value.map(shortened);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, shortened(item)]));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shortened(item)]));
}

function isTensor(value: unknown): value is InspectedTensor {
  if (typeof value !== 'object' || value === null) return false;
  const { dtype, shape, sizeBytes }: { dtype?: unknown; shape?: unknown; sizeBytes?: unknown } = value;
  return typeof dtype === 'string' && Array.isArray(shape) && typeof sizeBytes === 'number';
}

const STATS = ['mean', 'std', 'min', 'max', 'nanCount'] as const satisfies readonly (keyof TensorStats)[];

function tensorTable(tensors: readonly InspectedTensor[]): string {
  const total = tensors.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const title = `Tensors: ${tensors.length}, ${bytesText(total)}`;
  if (tensors.length === 0) return title;
  const hasStats = tensors.some(({ stats }) => stats !== undefined);
  const head = ['name', 'dtype', 'shape', 'size', ...(hasStats ? [...STATS.slice(0, 4), 'NaN'] : [])];
  const rows = tensors.map(({ name, dtype, shape, sizeBytes, stats }) => [
    shortName(name),
    dtype,
    `[${shape.join(', ')}]`,
    bytesText(sizeBytes),
    ...(hasStats ? STATS.map((fact) => (stats ? numberText(stats[fact]) : '–')) : []),
  ]);
  const widths = head.map((title, column) =>
    rows.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), title.length),
  );
  // Numbers stand to the right.
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (column < 3 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return [title, ...[head, ...rows].map((cells) => `  ${line(cells).trimEnd()}`)].join('\n');
}

/** Keys of callbacks hold all their options; the beginning and the end tell enough. JSON has the whole. */
function shortName(name: string): string {
  return name.length > 72 ? `${name.slice(0, 35)}…${name.slice(-36)}` : name;
}

function numberText(value: number): string {
  return Number.isInteger(value) || !Number.isFinite(value) ? String(value) : String(Number(value.toPrecision(5)));
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** In powers of 1000, with three digits: `1.23 MB`. */
function bytesText(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${UNITS[power]}`;
}

function text(value: unknown): string {
  return value === undefined ? 'not told' : String(toJson(value));
}

function isEmpty(value: unknown): boolean {
  return (
    typeof value !== 'object' ||
    value === null ||
    (value instanceof Map ? value.size === 0 : Object.keys(value).length === 0)
  );
}

/** Names come from a file, which may be a stranger's: what would steer the terminal is shown as what it is. */
function printable(report: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g;
  return report.replace(controls, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
