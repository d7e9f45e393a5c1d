import type { LegacyOptionRow, LegacyValueRow } from 'lightning-tfjs/options';
import {
  type Entry,
  entryOf,
  type FileModel,
  type ObjectValue,
  plainOf,
  settled,
  type TrainerCall,
} from '../analysis/index.js';
import {
  addEntry,
  type Fix,
  importName,
  removeEntry,
  renameEntry,
  replacement,
  type TextChange,
} from '../fixes/index.js';

/** Rewrites an option of PyTorch Lightning 1.6 as it is written today; undefined where only a person can. */
export function migrateOption(
  file: FileModel,
  trainer: TrainerCall,
  entry: Entry,
  { conversion, default: byDefault }: LegacyOptionRow,
): Fix | undefined {
  const { options } = trainer;
  if (!options) return undefined;
  const { text } = file.facts;
  const found = plainOf(entry.value);
  const remove: Fix = { title: `Remove ${entry.name}`, changes: [removeEntry(text, options, entry)] };
  if (conversion.kind === 'remove') return remove;
  if (found.known && (found.plain === byDefault || found.plain === null) && entry.name !== 'weightsSummary')
    return remove;
  switch (conversion.kind) {
    case 'rename':
      if (entryOf(options, conversion.to)) return undefined;
      return { title: `Rename to ${conversion.to}`, changes: [renameEntry(entry, conversion.to)] };
    case 'devices': {
      if (found.known && (found.plain === 0 || found.plain === '0')) return remove;
      const { accelerator } = conversion;
      // More than one device asks for a strategy, too, and nothing here drives a TPU or an IPU.
      const isOne = found.known && [1, -1, '1', '-1'].some((one) => one === found.plain);
      const isTaken = entryOf(options, 'accelerator') ?? entryOf(options, 'devices');
      if (isTaken || !(isOne || entryOf(options, 'strategy')) || accelerator === 'tpu' || accelerator === 'ipu')
        return undefined;
      const written = `accelerator: '${accelerator}', devices: ${textOf(text, entry)}`;
      return { title: `Write ${written}`, changes: [replacement(entry.range, written)] };
    }
    case 'argument':
      return moveToFit(file, trainer, options, entry, conversion.name);
    case 'callback':
      return asCallback(file, options, entry, conversion, found.known ? found.plain : entry);
    default:
      return undefined;
  }
}

/** Rewrites a value of PyTorch Lightning 1.6. */
export function migrateValue(
  file: FileModel,
  { options }: TrainerCall,
  entry: Entry,
  { form, rewrites = {} }: LegacyValueRow,
): Fix | undefined {
  if (!options) return undefined;
  const { text } = file.facts;
  if (form === 'object') {
    return addCallback(file, options, entry, 'GradientAccumulationScheduler', `{ scheduling: ${textOf(text, entry)} }`);
  }
  const found = plainOf(entry.value);
  const rewrite = found.known ? rewrites[String(found.plain)] : undefined;
  if (!rewrite || settled(entry.value) !== entry.value) return undefined;
  const pairs = Object.entries(rewrite);
  if (pairs.some(([name]) => name !== entry.name && entryOf(options, name))) return undefined;
  const written = pairs.map(([name, value]) => `${name}: '${value}'`).join(', ');
  return { title: `Write ${written}`, changes: [replacement(entry.range, written)] };
}

/** `new Trainer({ resumeFromCheckpoint })` → `trainer.fit(module, { ckptPath })`, where there is one such call. */
function moveToFit(
  file: FileModel,
  trainer: TrainerCall,
  options: ObjectValue,
  entry: Entry,
  name: string,
): Fix | undefined {
  const fits = file.runs.filter(
    (run) => run.method === 'fit' && run.trainer.value.range.start === trainer.value.range.start,
  );
  const [fit] = fits;
  if (!fit?.module || fits.length > 1) return undefined;
  const { text } = file.facts;
  const written = `${name}: ${textOf(text, entry)}`;
  const changes: TextChange[] = [removeEntry(text, options, entry)];
  if (!fit.extra) changes.push(replacement({ start: fit.module.end, end: fit.module.end }, `, { ${written} }`));
  else if (fit.extra.kind === 'object' && !entryOf(fit.extra, name)) changes.push(addEntry(text, fit.extra, written));
  else return undefined;
  return { title: `Move to fit() as ${name}`, changes };
}

function asCallback(
  file: FileModel,
  options: ObjectValue,
  entry: Entry,
  { callback, option }: { readonly callback: string; readonly option?: string },
  plain: unknown,
): Fix | undefined {
  const { text } = file.facts;
  const off = { progressBarRefreshRate: 'enableProgressBar', weightsSummary: 'enableModelSummary' }[entry.name];
  if (off !== undefined && (plain === 0 || plain === null)) {
    if (entryOf(options, off)) return undefined;
    return { title: `Write ${off}: false`, changes: [replacement(entry.range, `${off}: false`)] };
  }
  // Its learning rates are for a person to say.
  if (entry.name === 'stochasticWeightAvg') return undefined;
  if (entry.name === 'weightsSummary') {
    const depth = plain === 'full' ? -1 : plain === 'top' ? 1 : undefined;
    return depth === undefined ? undefined : addCallback(file, options, entry, callback, `{ maxDepth: ${depth} }`);
  }
  return addCallback(
    file,
    options,
    entry,
    callback,
    option === undefined ? '' : `{ ${option}: ${textOf(text, entry)} }`,
  );
}

/** Puts a callback in the place of an option: into the list of callbacks, where there is one. */
function addCallback(
  file: FileModel,
  options: ObjectValue,
  entry: Entry,
  name: string,
  given: string,
): Fix | undefined {
  const { text } = file.facts;
  const { expression, changes } = importName(file.facts, name);
  const written = `new ${expression}(${given})`;
  const title = `Write ${written}`;
  const callbacks = entryOf(options, 'callbacks');
  if (!callbacks) return { title, changes: [...changes, replacement(entry.range, `callbacks: [${written}]`)] };
  const { value } = callbacks;
  if (value.kind !== 'array') return undefined;
  const last = value.items.at(-1);
  const at = last ? last.range.end : value.range.start + 1;
  const added = replacement({ start: at, end: at }, last ? `, ${written}` : written);
  return { title, changes: [...changes, added, removeEntry(text, options, entry)] };
}

/** An entry's value as it is written. */
function textOf(text: string, { value, isShorthand, name }: Entry): string {
  return isShorthand ? name : text.slice(value.range.start, value.range.end);
}
