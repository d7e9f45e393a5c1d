import { LightningError, nearest } from '../../errors/index.js';
import type { RunKind } from '../../protocol/index.js';
import { LEGACY_OPTIONS } from '../../trainer/legacyOptionTable.js';
import type { TrainerSpec } from '../args.js';
import { isClassOption } from './classOptions.js';
import { type ConfigNode, type ConfigProblem, configError, mapNode, readConfigTree } from './configTree.js';

/** A class and its arguments: `class_path` and `init_args`, or the arguments alone. */
export interface ConfiguredClass {
  /** The last part of `class_path`. */
  readonly name?: string;
  readonly args?: ConfigNode;
}

/** What configuration files say. */
export interface RunConfig {
  /** True: any. Undefined: not said. */
  readonly seed?: number | true;
  readonly ckptPath?: string;
  /** Options that are plain data, checked each by itself, under their names here. */
  readonly trainer: Readonly<Record<string, unknown>>;
  /** Options that are objects of a class: what is to be made of them. */
  readonly objects: ReadonlyMap<string, ConfigNode>;
  readonly model: ConfiguredClass;
  readonly data: ConfiguredClass;
}

/** What may stand at the top, by the name that it has here. */
const SECTIONS: Readonly<Record<string, string>> = {
  seed_everything: 'seedEverything',
  trainer: 'trainer',
  model: 'model',
  data: 'data',
  ckpt_path: 'ckptPath',
};
const KINDS: readonly string[] = ['fit', 'validate', 'test', 'predict'];

/**
 * Reads configuration files in LightningCLI's layout; later ones win. Names may be written with underscores or in camelCase.
 * @throws UsageError with every unknown name and every value that is not allowed, each with file, line and the nearest name
 */
export async function readConfigs(files: readonly string[], kind: RunKind, trainer: TrainerSpec): Promise<RunConfig> {
  const trees = await Promise.all(files.map(readConfigTree));
  return interpret(trees, kind, trainer);
}

/** @throws UsageError see {@link readConfigs} */
export function interpret(trees: readonly ConfigNode[], kind: RunKind, trainer: TrainerSpec): RunConfig {
  const problems: ConfigProblem[] = [];
  let merged: ConfigNode | undefined;
  for (const tree of trees) {
    const sections = readSections(tree, kind, trainer, problems);
    merged = merged ? mergeNodes(merged, sections) : sections;
  }
  const section = (name: string) => merged?.entries?.get(name)?.node;
  const options: Record<string, unknown> = {};
  const objects = new Map<string, ConfigNode>();
  for (const [name, { place, node }] of section('trainer')?.entries ?? []) {
    // As LightningCLI writes it for an option that was not given.
    if (node.value === null && !trainer.options[name]?.nullable) continue;
    if (isClassOption(name, node)) {
      objects.set(name, node);
      continue;
    }
    try {
      trainer.check(name, node.value);
      options[name] = node.value;
    } catch (error) {
      if (!(error instanceof LightningError)) throw error;
      problems.push({ place, text: error.message });
    }
  }
  const config = {
    seed: seedOf(section('seedEverything'), problems),
    ckptPath: textOf(section('ckptPath'), '`ckptPath`', problems),
    trainer: options,
    objects,
    model: classOf(section('model'), problems),
    data: classOf(section('data'), problems),
  };
  if (problems.length > 0) throw configError(problems);
  return config;
}

/** A file's sections under their names here; those of a command (`fit: …`) count when that is the one that runs. */
function readSections(tree: ConfigNode, kind: RunKind, trainer: TrainerSpec, problems: ConfigProblem[]): ConfigNode {
  const found = new Map(tree.entries ?? []);
  if (!tree.entries && tree.value !== null)
    problems.push({ place: tree.place, text: 'A configuration is a map: trainer: …' });
  const result = new Map<string, { place: ConfigNode['place']; node: ConfigNode }>();
  for (const [name, { place, node }] of found) {
    if (KINDS.includes(name)) {
      if (name !== kind) continue;
      const inner = readSections(node, kind, trainer, problems);
      for (const [section, entry] of inner.entries ?? []) {
        const before = result.get(section);
        result.set(section, before ? { ...entry, node: mergeNodes(before.node, entry.node) } : entry);
      }
      continue;
    }
    const known = SECTIONS[name] ?? Object.values(SECTIONS).find((each) => each === name);
    if (known === undefined) {
      problems.push({ place, text: unknownSection(name) });
      continue;
    }
    result.set(known, { place, node: known === 'trainer' ? trainerSection(node, trainer, problems) : node });
  }
  return mapNode(tree.place, result);
}

function unknownSection(name: string): string {
  if (name === 'optimizer' || name === 'lr_scheduler' || name === 'lrScheduler')
    return `\`${name}\` is not configured here. Create it in configureOptimizers, from the module's hyperparameters.`;
  const near = nearest(name, [...Object.keys(SECTIONS), ...Object.values(SECTIONS)]);
  const fix = near ? `Did you mean \`${near}\`?` : `There are: ${Object.values(SECTIONS).join(', ')}.`;
  return `There is no section \`${name}\`. ${fix}`;
}

function trainerSection(node: ConfigNode, { options }: TrainerSpec, problems: ConfigProblem[]): ConfigNode {
  const entries = new Map<string, { place: ConfigNode['place']; node: ConfigNode }>();
  if (!node.entries && node.value !== null)
    problems.push({ place: node.place, text: '`trainer` is no map of options. Write trainer: { maxEpochs: 3 }.' });
  for (const [written, entry] of node.entries ?? []) {
    const name = camelCase(written);
    if (Object.hasOwn(options, name) || Object.hasOwn(LEGACY_OPTIONS, name)) entries.set(name, entry);
    else problems.push({ place: entry.place, text: unknownOption(written, name, Object.keys(options)) });
  }
  return mapNode(node.place, entries);
}

function unknownOption(written: string, name: string, options: readonly string[]): string {
  const near = nearest(name, [...options, ...Object.keys(LEGACY_OPTIONS)]);
  const spelt = near && written.includes('_') ? snakeCase(near) : near;
  return `Trainer has no option \`${written}\`.${spelt ? ` Did you mean \`${spelt}\`?` : ' See lightning --help.'}`;
}

/** Later entries win; maps are merged, unless they name different classes. */
export function mergeNodes(before: ConfigNode, after: ConfigNode): ConfigNode {
  if (!before.entries || !after.entries) return after;
  const [old, now] = [classPathOf(before), classPathOf(after)];
  if (now !== undefined && now !== old) return after;
  const entries = new Map(before.entries);
  for (const [name, entry] of after.entries) {
    const earlier = entries.get(name);
    entries.set(name, earlier ? { ...entry, node: mergeNodes(earlier.node, entry.node) } : entry);
  }
  return mapNode(after.place, entries);
}

function classPathOf({ entries }: ConfigNode): unknown {
  return (entries?.get('class_path') ?? entries?.get('classPath'))?.node.value;
}

/** `class_path` and `init_args`, a class's name alone, or its arguments alone. */
export function classOf(node: ConfigNode | undefined, problems: ConfigProblem[]): ConfiguredClass {
  if (!node || node.value === null) return {};
  if (typeof node.value === 'string') return { name: lastPart(node.value) };
  if (!node.entries) {
    problems.push({ place: node.place, text: 'This is neither a class (class_path: …) nor a map of its arguments.' });
    return {};
  }
  const isSpec = ['class_path', 'classPath', 'init_args', 'initArgs'].some((key) => node.entries?.has(key));
  if (!isSpec) return { args: node };
  let name: string | undefined;
  let args: ConfigNode | undefined;
  for (const [key, entry] of node.entries) {
    if (key === 'class_path' || key === 'classPath') name = lastPart(textOf(entry.node, `\`${key}\``, problems) ?? '');
    else if (key === 'init_args' || key === 'initArgs') args = entry.node;
    else {
      const near = nearest(key, ['class_path', 'init_args']);
      problems.push({
        place: entry.place,
        text: `\`${key}\` stands beside class_path and init_args.${near ? ` Did you mean \`${near}\`?` : ' Put it into init_args.'}`,
      });
    }
  }
  if (args && !args.entries && args.value !== null)
    problems.push({ place: args.place, text: '`init_args` is no map.' });
  return { ...(name && { name }), ...(args?.entries && { args }) };
}

/** Python's paths and ours alike: `lightning.pytorch.callbacks.EarlyStopping` is `EarlyStopping`. */
function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

function textOf(node: ConfigNode | undefined, what: string, problems: ConfigProblem[]): string | undefined {
  if (!node || node.value === null) return undefined;
  if (typeof node.value === 'string' && node.value !== '') return node.value;
  problems.push({ place: node.place, text: `${what} is ${JSON.stringify(node.value)}. Allowed: text.` });
  return undefined;
}

function seedOf(node: ConfigNode | undefined, problems: ConfigProblem[]): number | true | undefined {
  const value = node?.value ?? false;
  if (value === false) return undefined;
  if (value === true || (Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 32))
    return value as number | true;
  const text = `\`seedEverything\` is ${JSON.stringify(value)}. Allowed: an integer from 0 to 4294967295, true for any, false for none.`;
  if (node) problems.push({ place: node.place, text });
  return undefined;
}

/** `max_epochs` is `maxEpochs`; what has no underscore stays. */
export function camelCase(name: string): string {
  return name.replaceAll(/(?<=[A-Za-z0-9])_+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
