import {
  checkOption,
  LEGACY_OPTIONS,
  type OptionRow,
  TRAINER_OPTIONS,
  type TrainerOptionName,
} from 'lightning-tfjs/options';
import { plainOf, settled, type Value } from '../analysis/index.js';
import { type Fix, replacement } from '../fixes/index.js';
import { defineRule } from './defineRule.js';
import { nearestName } from './nearestName.js';

/** A value that a Trainer option does not take: the constructor throws. */
export const optionValue = defineRule({
  id: 'option-value',
  severity: 'error',
  messages: { value: '{fault}' },
  checkFile(file, report) {
    for (const { options } of file.trainers) {
      for (const { name, value } of options?.entries ?? []) {
        const fault = faultOf(name, value);
        if (fault === null) continue;
        report({ at: value.range, message: 'value', data: { fault }, certainty: 'certain', fix: fixOf(name, value) });
      }
    }
  },
});

/** What the Trainer itself would say of a value that the text shows; null for nothing. */
function faultOf(name: string, value: Value): string | null {
  if (!Object.hasOwn(TRAINER_OPTIONS, name) && !Object.hasOwn(LEGACY_OPTIONS, name)) return null;
  const found = plainOf(value);
  if (!found.known || found.plain === undefined) return null;
  try {
    checkOption(name, found.plain);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The choice that was meant, or a number without its quotes; only where the value itself is written there. */
function fixOf(name: string, value: Value): Fix | undefined {
  const row: OptionRow | undefined = Object.hasOwn(TRAINER_OPTIONS, name)
    ? TRAINER_OPTIONS[name as TrainerOptionName] // just looked up
    : undefined;
  if (!row || settled(value) !== value || value.kind !== 'string') return undefined;
  const text = row.choices
    ? quoted(nearestName(value.value, row.choices))
    : value.value.trim() !== '' && Number.isFinite(Number(value.value))
      ? String(Number(value.value))
      : undefined;
  const mended = text === undefined ? null : plainText(text);
  if (text === undefined || faultOf(name, { ...mended, range: value.range } as Value) !== null) return undefined;
  return { title: `Write ${text}`, changes: [replacement(value.range, text)] };
}

function quoted(text: string | undefined): string | undefined {
  return text === undefined ? undefined : `'${text}'`;
}

function plainText(text: string): object {
  return text.startsWith("'") ? { kind: 'string', value: text.slice(1, -1) } : { kind: 'number', value: Number(text) };
}
