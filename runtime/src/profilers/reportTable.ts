/** A row: the action, then its numbers. */
export type Row = readonly [action: string, ...numbers: string[]];

/** A table as PyTorch Lightning prints it, with its tabs, so that what reads those reports reads ours. */
export function reportTable(head: Row, blocks: readonly (readonly Row[])[]): string {
  // The last block's are the actions; PyTorch Lightning does not look at the words above them.
  const width = (blocks.at(-1) ?? []).reduce((longest, [action]) => Math.max(longest, action.length), 0);
  const line = ([action, ...numbers]: Row) =>
    `\n|  ${action.padEnd(width)}\t|${numbers.map((number) => `  ${number.padEnd(15)}\t|`).join('')}`;
  const header = line(head);
  const rule = `\n${'-'.repeat(expandedLength(header))}`;
  return [rule, header, rule, ...blocks.flatMap((block) => [...block.map(line), rule])].join('');
}

/** Length with tabs to the next multiple of eight. */
function expandedLength(text: string): number {
  let column = 0;
  for (const character of text.slice(1)) column = character === '\t' ? (Math.floor(column / 8) + 1) * 8 : column + 1;
  return column + 1; // Python counts the line break
}

/** A number with five significant digits, as Python's `f'{value:.5}'`. */
export function general(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return value === 0 ? '0.0' : String(value);
  const [mantissa = '', power = '0'] = value.toExponential(4).split('e');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 4) {
    const digits = String(Math.abs(exponent)).padStart(2, '0');
    return `${mantissa.replace(/\.?0+$/, '')}e${exponent < 0 ? '-' : '+'}${digits}`;
  }
  const text = value.toFixed(4 - exponent);
  if (!text.includes('.')) return `${text}.0`;
  return text.replace(/0+$/, '').replace(/\.$/, '.0');
}
