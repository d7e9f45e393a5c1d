import { type HOOKS, LEGACY_HOOKS, type LegacyHookName } from '../../core/hookTable.js';
import {
  LEGACY_OPTIONS,
  LEGACY_VALUES,
  type LegacyOptionName,
  type LegacyOptionRow,
  type LegacyValueRow,
} from '../../trainer/legacyOptionTable.js';
import { closingOf, membersOf, type Property, propertiesOf, type Structure, structureOf } from './structure.js';
import { type Token, tokenize } from './tokens.js';

/** A change of a source file: what stands from `start` to `end` becomes `text`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** One old spelling. */
export interface LegacyFinding {
  readonly kind: 'option' | 'value' | 'hook' | 'import';
  /** As it stands. */
  readonly old: string;
  /** How it is written today: code, or what to do as a sentence. */
  readonly modern: string;
  /** The version of PyTorch Lightning that has it no more. */
  readonly removed: string;
  readonly start: number;
  readonly end: number;
  /** The change, where it is certain that it means the same. */
  readonly edit?: Edit;
}

/** Hooks of 1.6 that work here, and that PyTorch Lightning 2.0 removed. */
const HOOKS_1_6: Readonly<Record<string, string>> = {
  trainingStepEnd: 'onTrainBatchEnd, or the end of trainingStep',
  validationStepEnd: 'onValidationBatchEnd, or the end of validationStep',
  testStepEnd: 'onTestBatchEnd, or the end of testStep',
  trainingEpochEnd: 'onTrainEpochEnd, with the outputs that trainingStep keeps in a field',
  validationEpochEnd: 'onValidationEpochEnd, with the outputs that validationStep keeps in a field',
  testEpochEnd: 'onTestEpochEnd, with the outputs that testStep keeps in a field',
  tbpttSplitBatch: 'manual optimization, with a loop over the pieces in trainingStep',
} satisfies Partial<Record<keyof typeof HOOKS, string>>;

/** Hooks of 1.x that a new name is enough for: when they are called, and with what, is the same. */
const RENAMED_HOOKS: readonly LegacyHookName[] = ['onBatchStart', 'onBatchEnd'];

/** Names of 1.x that a file may import, by what they are called today; the second of those is true where it is the same class. */
const IMPORTS: Readonly<Record<string, readonly [modern: string, isSame: boolean, removed: string]>> = {
  LightningLoggerBase: ['Logger', true, '1.9'],
  BaseProfiler: ['Profiler', true, '1.8'],
  ProgressBarBase: ['ProgressBar', true, '1.8'],
  GPUStatsMonitor: ['DeviceStatsMonitor', false, '1.7'],
  XLAStatsMonitor: ['DeviceStatsMonitor', false, '1.7'],
  TestTubeLogger: ['CSVLogger or TensorBoardLogger', false, '1.7'],
};

/** Finds the spellings of PyTorch Lightning 1.x in TypeScript or JavaScript. Only reads the text. */
export function findLegacy(source: string): LegacyFinding[] {
  const tokens = tokenize(source);
  const structure = structureOf(tokens);
  const findings: LegacyFinding[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const text = tokens[at]?.type === 'name' ? tokens[at]?.text : undefined;
    if (text === 'new') findings.push(...inTrainer(source, structure, at));
    else if (text === 'TrainerOptions') findings.push(...inTypedOptions(source, structure, at));
    else if (text === 'class' && tokens[at - 1]?.text !== '.') findings.push(...inClass(structure, at));
    else if (text === 'import' && tokens[at + 1]?.text !== '(') findings.push(...inImport(structure, at));
  }
  return findings.sort((a, b) => a.start - b.start);
}

/** `new Trainer({ … })`, also `new lightning.Trainer({ … })`. */
function inTrainer(source: string, structure: Structure, at: number): LegacyFinding[] {
  const { tokens } = structure;
  let name = at + 1;
  while (tokens[name + 1]?.text === '.') name += 2;
  const isCall = tokens[name]?.text === 'Trainer' && tokens[name + 1]?.text === '(' && tokens[name + 2]?.text === '{';
  return isCall ? inOptions(source, structure, name + 2) : [];
}

/** `const options: TrainerOptions = { … }`. */
function inTypedOptions(source: string, structure: Structure, at: number): LegacyFinding[] {
  const { tokens } = structure;
  const isTyped = tokens[at + 1]?.text === '=' && tokens[at + 2]?.text === '{';
  return isTyped ? inOptions(source, structure, at + 2) : [];
}

function inOptions(source: string, structure: Structure, open: number): LegacyFinding[] {
  const properties = propertiesOf(structure, open);
  const names = new Set(properties.map(({ name }) => name));
  return properties.flatMap((property) => {
    if (Object.hasOwn(LEGACY_OPTIONS, property.name)) return [legacyOption(source, property, names)];
    if (Object.hasOwn(LEGACY_VALUES, property.name)) return legacyValue(source, property, names);
    return [];
  });
}

function legacyOption(source: string, property: Property, names: ReadonlySet<string>): LegacyFinding {
  const { key, name, value } = property;
  const row: LegacyOptionRow = LEGACY_OPTIONS[name as LegacyOptionName]; // just looked up
  const { conversion } = row;
  const written = value.length === 0 ? name : textOf(source, value);
  const finding = { kind: 'option', old: name, removed: row.removed, start: key.start, end: key.end } as const;
  if (conversion.kind === 'rename') {
    // What 1.6 took for "as usual" is no value of today's option.
    const isSure = !names.has(conversion.to) && written !== 'null' && written !== 'undefined';
    const modern = `${conversion.to}: ${inShort(written)}`;
    return { ...finding, modern, ...(isSure && { edit: renaming(property, conversion.to) }) };
  }
  if (conversion.kind === 'devices') {
    const isCount = value.length === 1 && value[0]?.type === 'number' && Number(written) > 0;
    const isList = value.length > 2 && value[0]?.text === '[';
    const isSure = (isCount || isList) && !names.has('accelerator') && !names.has('devices');
    const modern = `accelerator: '${conversion.accelerator}', devices: ${inShort(written)}`;
    const edit = { start: key.start, end: key.end, text: `accelerator: '${conversion.accelerator}', devices` };
    return { ...finding, modern, ...(isSure && { edit }) };
  }
  return { ...finding, modern: row.modern };
}

function renaming({ key, value }: Property, to: string): Edit {
  return { start: key.start, end: key.end, text: value.length === 0 ? `${to}: ${key.text}` : to };
}

function legacyValue(source: string, property: Property, names: ReadonlySet<string>): LegacyFinding[] {
  const { name, key, value } = property;
  const row: LegacyValueRow = LEGACY_VALUES[name as keyof typeof LEGACY_VALUES]; // just looked up
  const [first] = value;
  const last = value.at(-1);
  if (!first || !last) return [];
  const written = textOf(source, value);
  const literal = literalOf(value);
  const isOld =
    row.form === 'object' ? first.text === '{' : literal !== undefined && (row.values ?? []).includes(literal);
  if (!isOld) return [];
  const rewrite = Object.entries(row.rewrites?.[String(literal)] ?? {});
  const modern = rewrite.length > 0 ? rewrite.map(([option, text]) => `${option}: '${text}'`).join(', ') : row.modern;
  const isFree = rewrite.length > 0 && rewrite.every(([option]) => option === name || !names.has(option));
  return [
    {
      kind: 'value',
      old: `${name}: ${inShort(written)}`,
      modern,
      removed: '2.0',
      start: key.start,
      end: last.end,
      ...(isFree && { edit: { start: key.start, end: last.end, text: modern } }),
    },
  ];
}

/** Hooks that a class defines; of a class that extends nothing they are none. */
function inClass(structure: Structure, at: number): LegacyFinding[] {
  const { tokens } = structure;
  let open = at + 1;
  let extendsSome = false;
  while (open < tokens.length && tokens[open]?.text !== '{') {
    extendsSome ||= tokens[open]?.text === 'extends';
    open = tokens[open]?.text === '(' ? closingOf(structure, open) + 1 : open + 1;
  }
  if (!extendsSome) return [];
  const members = membersOf(structure, open);
  const names = new Set(members.map(({ text }) => text));
  return members.flatMap((member) => legacyHook(member, names));
}

function legacyHook({ text, start, end }: Token, names: ReadonlySet<string>): LegacyFinding[] {
  const finding = { kind: 'hook', old: text, start, end } as const;
  if (Object.hasOwn(HOOKS_1_6, text)) return [{ ...finding, modern: HOOKS_1_6[text] as string, removed: '2.0' }];
  if (!Object.hasOwn(LEGACY_HOOKS, text)) return [];
  const name = text as LegacyHookName; // just looked up
  const modern = LEGACY_HOOKS[name].replacement;
  const isSure = RENAMED_HOOKS.includes(name) && !names.has(modern);
  return [{ ...finding, modern, removed: '1.8', ...(isSure && { edit: { start, end, text: modern } }) }];
}

/** `import { … } from 'lightning-tfjs'`. */
function inImport(structure: Structure, at: number): LegacyFinding[] {
  const { tokens } = structure;
  let open = at + 1;
  while (tokens[open]?.type === 'name' || tokens[open]?.text === ',') open++;
  if (tokens[open]?.text !== '{') return [];
  const close = closingOf(structure, open);
  if (tokens[close + 1]?.text !== 'from' || tokens[close + 2]?.text.slice(1, -1) !== 'lightning-tfjs') return [];
  return tokens.slice(open + 1, close).flatMap((token, index, all) => {
    const [before, after] = [all[index - 1]?.text, all[index + 1]?.text];
    if (token.type !== 'name' || before === 'as' || !Object.hasOwn(IMPORTS, token.text)) return [];
    const [modern, isSame, removed] = IMPORTS[token.text] as NonNullable<(typeof IMPORTS)[string]>; // just looked up
    const { text, start, end } = token;
    // Under its old name here, so that no use of it changes.
    const edit = { start, end, text: after === 'as' ? modern : `${modern} as ${text}` };
    return [{ kind: 'import', old: text, modern, removed, start, end, ...(isSame && { edit }) } as const];
  });
}

function literalOf(value: readonly Token[]): string | number | null | undefined {
  const [only] = value;
  if (!only || value.length !== 1) return undefined;
  if (only.type === 'text') return only.text.slice(1, -1);
  if (only.type === 'number') return Number(only.text);
  return only.text === 'null' ? null : undefined;
}

function textOf(source: string, tokens: readonly Token[]): string {
  return source.slice(tokens[0]?.start ?? 0, tokens.at(-1)?.end ?? 0);
}

function inShort(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 40 ? '…' : line;
}
