import type { LightningModule } from '../core/index.js';
import type { Trainer } from '../trainer/index.js';
import { Callback } from './callback.js';
import { summarize } from './summarize.js';

/** Prints the module's layers and parameter counts when fit begins. State: none. */
export class ModelSummary extends Callback {
  override onFitStart(trainer: Trainer, module: LightningModule): void {
    const { rows, total, trainable } = summarize(module);
    const table = [
      ['', 'Name', 'Type', 'Params'],
      ...rows.map(({ name, type, params }, index) => [String(index), name, type, human(params)]),
    ];
    const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
    const lines = table.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | '));
    const rule = '-'.repeat(Math.max(...lines.map(({ length }) => length)));
    const megabytes = (total * 4) / 1e6; // float32
    trainer.print(
      [
        lines[0],
        rule,
        ...lines.slice(1),
        rule,
        `${human(trainable).padEnd(9)} Trainable params`,
        `${human(total - trainable).padEnd(9)} Non-trainable params`,
        `${human(total).padEnd(9)} Total params`,
        `${megabytes.toFixed(3).padEnd(9)} Total estimated model params size (MB)`,
      ].join('\n'),
    );
  }
}

/** 1234 as '1.2 K': one decimal below a hundred. */
function human(count: number): string {
  const units = ['', 'K', 'M', 'B', 'T'];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  if (unit === 0) return String(count);
  return `${value < 100 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
