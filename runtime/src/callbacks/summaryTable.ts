import type { ModuleSummary } from './moduleSummary.js';

/** A summary as text. Source: PyTorch Lightning, `_format_summary_table`. */
export function summaryTable(summary: ModuleSummary): string {
  const { parts, otherParams, hasExample } = summary;
  const sizes = (inSize: string, outSize: string) => (hasExample ? [inSize, outSize] : []);
  const rows = [
    [' ', 'Name', 'Type', 'Params', 'Mode', 'FLOPs', ...sizes('In sizes', 'Out sizes')],
    ...parts.map(({ name, type, params, training, flops, inSize, outSize }, index) => [
      String(index),
      name,
      type,
      humanCount(params),
      training ? 'train' : 'eval',
      humanCount(flops),
      ...sizes(inSize, outSize),
    ]),
    ...(otherParams > 0
      ? [[' ', 'other params', 'n/a', humanCount(otherParams), 'n/a', 'n/a', ...sizes('n/a', 'n/a')]]
      : []),
  ];
  const widths = (rows[0] ?? []).map((_cell, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const [header = '', ...lines] = rows.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | '),
  );
  const rule = '-'.repeat(widths.reduce((sum, width) => sum + width, 0) + 3 * (widths.length + 1));
  const totals: readonly [string, string][] = [
    [humanCount(summary.trainableParams), 'Trainable params'],
    [humanCount(summary.totalParams - summary.trainableParams), 'Non-trainable params'],
    [humanCount(summary.totalParams), 'Total params'],
    [withCommas(summary.megabytes.toFixed(3)), 'Total estimated model params size (MB)'],
    [String(summary.trainingParts), 'Modules in train mode'],
    [String(summary.evaluationParts), 'Modules in eval mode'],
    [humanCount(summary.flops), 'Total Flops'],
  ];
  return [header, rule, ...lines, rule, ...totals.map(([count, name]) => count.padEnd(10) + name)].join('\n');
}

const UNITS = ['', ' K', ' M', ' B', ' T'];

/** 1234 as '1.2 K': one decimal below a hundred of a unit. */
export function humanCount(count: number): string {
  const groups = Math.ceil(Math.max(1, String(Math.trunc(count)).length) / 3);
  const unit = Math.min(groups, UNITS.length) - 1;
  const value = count / 1000 ** unit;
  const text = unit === 0 || value >= 100 ? String(Math.trunc(value)) : value.toFixed(1);
  return withCommas(text) + (UNITS[unit] ?? '');
}

function withCommas(number: string): string {
  return number.replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ','));
}
