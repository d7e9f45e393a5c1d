import type { LightningModule } from '../core/index.js';
import type { ModuleSummaryRow } from '../protocol/index.js';

/** Parameter counts of a module: one row for each field that holds weights. */
export function summarize(module: LightningModule): { rows: ModuleSummaryRow[]; trainable: number; total: number } {
  const params = new Map<string, number>();
  let trainable = 0;
  let total = 0;
  for (const { name, variable } of module.namedWeights()) {
    const [field = name] = name.split('.');
    params.set(field, (params.get(field) ?? 0) + variable.size);
    total += variable.size;
    if (variable.trainable) trainable += variable.size;
  }
  const rows = [...params].map(([name, count]) => ({ name, type: typeOf(Reflect.get(module, name)), params: count }));
  return { rows, trainable, total };
}

function typeOf(field: unknown): string {
  if (typeof field !== 'object' || field === null) return typeof field;
  // tfjs's classes tell their names themselves, since bundling may change those of the code.
  if ('getClassName' in field && typeof field.getClassName === 'function') return String(field.getClassName());
  return field.constructor.name;
}
