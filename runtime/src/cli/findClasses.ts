import { basename } from 'node:path';
import { nearest } from '../errors/index.js';
import { UsageError, UserFileError } from './errors.js';
import type { LoadedFile } from './loadUserFile.js';

/** A class that can be created without arguments, or with its hyperparameters. */
export type Creatable<Instance> = new (hparams?: unknown) => Instance;

/** A base class of ours, which may be abstract. */
export type Base<Instance> = abstract new (...args: never[]) => Instance;

/** What to look for. */
export interface FindOptions<Module, DataModule> {
  readonly moduleBase: Base<Module>;
  readonly dataBase: Base<DataModule>;
  /** From `--class`. */
  readonly className?: string;
  /** From `--data`. */
  readonly dataName?: string;
}

/** The classes to run. A data module may be missing: the module then has loaders of its own. */
export interface FoundClasses<Module, DataModule> {
  readonly module: Creatable<Module>;
  readonly data: Creatable<DataModule> | undefined;
}

/**
 * Finds the LightningModule and the LightningDataModule among a file's exports.
 * @throws UserFileError when there is no module; UsageError when there are several to choose from, and for a name that is not there
 */
export function findClasses<Module, DataModule>(
  file: LoadedFile,
  options: FindOptions<Module, DataModule>,
): FoundClasses<Module, DataModule> {
  const modules = subclasses(file, options.moduleBase, 'LightningModule');
  if (modules.length === 0) throw noModule(file);
  const dataModules = subclasses(file, options.dataBase, 'LightningDataModule');
  const module = choose(file, modules, { kind: 'LightningModule', option: 'class', name: options.className });
  if (!module) throw noModule(file); // nothing but bases of others
  return {
    module,
    data: choose(file, dataModules, { kind: 'LightningDataModule', option: 'data', name: options.dataName }),
  };
}

interface Candidate<Instance> {
  /** Names under which `--class` finds it: its own and those it is exported by. */
  readonly names: readonly string[];
  readonly type: Creatable<Instance>;
}

interface Choice {
  readonly kind: string;
  readonly option: string;
  readonly name: string | undefined;
}

function subclasses<Instance>({ exports }: LoadedFile, base: Base<Instance>, baseName: string): Candidate<Instance>[] {
  const byClass = new Map<Creatable<Instance>, string[]>();
  for (const [name, value] of Object.entries(exports)) {
    if (!isSubclass(value, base, baseName)) continue;
    const names = byClass.get(value) ?? [];
    byClass.set(value, [...names, ...(name === 'default' ? [] : [name]), ...(value.name ? [value.name] : ['default'])]);
  }
  return [...byClass].map(([type, names]) => ({ type, names: [...new Set(names)] }));
}

/** Extends our class, or one of its name from another copy of the package. */
function isSubclass<Instance>(value: unknown, base: Base<Instance>, baseName: string): value is Creatable<Instance> {
  if (typeof value !== 'function') return false;
  for (
    let parent: unknown = Object.getPrototypeOf(value);
    typeof parent === 'function';
    parent = Object.getPrototypeOf(parent)
  ) {
    if (parent === base || parent.name === baseName) return true;
  }
  return false;
}

function choose<Instance>(
  file: LoadedFile,
  all: readonly Candidate<Instance>[],
  choice: Choice,
): Creatable<Instance> | undefined {
  const { kind, option, name } = choice;
  if (name !== undefined) {
    const named = all.find(({ names }) => names.includes(name));
    if (named) return named.type;
    const names = all.flatMap((candidate) => candidate.names);
    const near = nearest(name, names);
    throw new UsageError({
      code: `no-such-${option}`,
      found: `${basename(file.path)} exports no ${kind} named ${name}.`,
      fix: near ? `Did you mean --${option} ${near}?` : exportsOf(file),
    });
  }
  const candidates = all.filter(({ type }) => !isMereBase(type, all));
  if (candidates.length <= 1) return candidates[0]?.type;
  const names = candidates.map(({ names: [first] }) => first);
  throw new UsageError({
    code: `several-${option === 'class' ? 'modules' : 'data-modules'}`,
    found: `${basename(file.path)} exports ${names.length} classes that extend ${kind}: ${names.join(', ')}.`,
    fix: `Choose one with --${option} ${names[0]}.`,
  });
}

/** A base that others extend and that has no hooks to run with: abstract classes are often exported beside the real one. */
function isMereBase(type: Creatable<unknown>, all: readonly Candidate<unknown>[]): boolean {
  const isExtended = all.some((other) => other.type.prototype instanceof type);
  const needed = ['trainingStep', 'trainDataloader'];
  return isExtended && !needed.some((hook) => Object.hasOwn(type.prototype, hook));
}

function noModule(file: LoadedFile): UserFileError {
  const found = `${basename(file.path)} exports no class that extends LightningModule.`;
  const fix = `${exportsOf(file)} Write export class LitModel extends LightningModule { … }.`;
  return new UserFileError({ code: 'no-module', found, fix }, [
    { text: found, location: { file: file.path, line: 1, column: 1 } },
  ]);
}

function exportsOf({ exports }: LoadedFile): string {
  const names = Object.keys(exports);
  return names.length === 0 ? 'It exports nothing.' : `It exports ${names.join(', ')}.`;
}
