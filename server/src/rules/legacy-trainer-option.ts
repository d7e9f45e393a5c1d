import { LEGACY_OPTIONS, LEGACY_VALUES, type LegacyOptionRow, type LegacyValueRow } from 'lightning-tfjs/options';
import { type Entry, plainOf } from '../analysis/index.js';
import { defineRule } from './defineRule.js';
import { migrateOption, migrateValue } from './migrateOption.js';

/** An option, or a value of one, that PyTorch Lightning 1.6 had and 2.x has no more. It works here, under the old name too. */
export const legacyTrainerOption = defineRule({
  id: 'legacy-trainer-option',
  severity: 'warning',
  messages: {
    option: "'{name}' is an option of PyTorch Lightning 1.6, gone since {removed}. Today: {modern}.",
    value: "This value of '{name}' is one of PyTorch Lightning 1.6. Today: {modern}.",
  },
  checkFile(file, report) {
    for (const trainer of file.trainers) {
      for (const entry of trainer.options?.entries ?? []) {
        const { name } = entry;
        const row = rowOf<LegacyOptionRow>(LEGACY_OPTIONS, name);
        if (row) {
          const data = { name, removed: row.removed, modern: row.modern };
          const fix = migrateOption(file, trainer, entry, row);
          report({ at: entry.nameRange, message: 'option', data, certainty: 'certain', fix });
          continue;
        }
        const values = rowOf<LegacyValueRow>(LEGACY_VALUES, name);
        if (!values || !isLegacyValue(values, entry)) continue;
        const fix = migrateValue(file, trainer, entry, values);
        report({ at: entry.range, message: 'value', data: { name, modern: values.modern }, certainty: 'certain', fix });
      }
    }
  },
});

function rowOf<Row>(table: Readonly<Record<string, Row>>, name: string): Row | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function isLegacyValue({ values, form, rewrites }: LegacyValueRow, { value }: Entry): boolean {
  if (form === 'object') return value.kind === 'object';
  const found = plainOf(value);
  if (!found.known) return false;
  // What has no place today is an error, which option-value reports.
  return (values ?? []).some((each) => each === found.plain) && Object.hasOwn(rewrites ?? {}, String(found.plain));
}
