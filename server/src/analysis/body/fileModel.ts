import type { FileFacts, Reference, TextRange } from '../facts.js';
import type { ModuleModel } from '../moduleModel.js';
import type { Resolved } from '../resolve.js';
import type { LoadFact, NewValue, ObjectValue, RunFact, Value } from './facts.js';
import { objectAt, settled } from './values.js';

/** What the other files say about what a file names. */
export interface Program {
  facts(uri: string): FileFacts | undefined;
  classes(uri: string): readonly ModuleModel[];
  /** The open files, and those of the workspace. */
  knownUris(): readonly string[];
  resolve(reference: Reference, file: FileFacts): Resolved;
  classOf(reference: Reference, file: FileFacts): ModuleModel | undefined;
}

/** `new Trainer(…)`, where it is the package's. */
export interface TrainerCall {
  readonly value: NewValue;
  /** Undefined where it is given none, or none that the text shows. */
  readonly options: ObjectValue | undefined;
  /** True when the text shows all of its options. */
  readonly isClosed: boolean;
}

/** `trainer.fit(module, …)`. */
export interface TrainerRun {
  readonly method: string;
  readonly methodRange: TextRange;
  readonly range: TextRange;
  readonly trainer: TrainerCall;
  readonly target: ModuleModel | undefined;
  /** Where it is constructed. */
  readonly targetValue: NewValue | undefined;
  /** Where the module stands in the call; undefined for a call without arguments. */
  readonly module: TextRange | undefined;
  /** What it is given besides; undefined for nothing. */
  readonly extra: Value | undefined;
}

/** One file: its classes, and what it does with the Trainer. */
export class FileModel {
  readonly #program: Program;
  #classes: readonly ModuleModel[] | undefined;
  #trainers: readonly TrainerCall[] | undefined;
  #runs: readonly TrainerRun[] | undefined;

  constructor(
    readonly facts: FileFacts,
    program: Program,
  ) {
    this.#program = program;
  }

  /** The modules, data modules and callbacks, in the order of the text. */
  get classes(): readonly ModuleModel[] {
    this.#classes ??= this.#program.classes(this.facts.uri);
    return this.#classes;
  }

  /** The Trainers that it constructs. */
  get trainers(): readonly TrainerCall[] {
    this.#trainers ??= this.facts.body.constructed.flatMap((value) => this.#trainer(value) ?? []);
    return this.#trainers;
  }

  /** What it runs on Trainers that it constructs. */
  get runs(): readonly TrainerRun[] {
    this.#runs ??= this.facts.body.runs.flatMap((run) => this.#run(run) ?? []);
    return this.#runs;
  }

  /** Where a class is loaded from a checkpoint. */
  get loads(): readonly LoadFact[] {
    return this.facts.body.loads;
  }

  /** Runs of a module in this and the other files that are known. */
  runsOf(module: ModuleModel): readonly TrainerRun[] {
    return this.#everywhere()
      .flatMap(({ runs }) => runs)
      .filter(({ target }) => target !== undefined && isSame(target, module));
  }

  /** Where a class is loaded from a checkpoint, in this and the other files that are known. */
  loadsOf(module: ModuleModel): readonly LoadFact[] {
    return this.#everywhere().flatMap(({ facts }) =>
      facts.body.loads.filter((load) => {
        const found = this.#program.classOf(load.class, facts);
        return found !== undefined && isSame(found, module);
      }),
    );
  }

  /** The package's export that was constructed; null for a class of anybody else. */
  packageNameOf(value: NewValue): string | null {
    if (value.api !== null) return value.api;
    const resolved = this.#program.resolve(value.class, this.facts);
    return resolved.kind === 'package' ? resolved.name : null;
  }

  /** The class of what was constructed, where it is one that the Trainer knows. */
  classOf(value: NewValue): ModuleModel | undefined {
    return this.#program.classOf(value.class, this.facts);
  }

  #everywhere(): readonly FileModel[] {
    const others = this.#program.knownUris().filter((uri) => uri !== this.facts.uri);
    const models = others.flatMap((uri) => {
      const facts = this.#program.facts(uri);
      const isTelling = facts && (facts.body.runs.length > 0 || facts.body.loads.length > 0);
      return isTelling ? [new FileModel(facts, this.#program)] : [];
    });
    return [this, ...models];
  }

  #trainer(value: NewValue): TrainerCall | undefined {
    if (this.packageNameOf(value) !== 'Trainer') return undefined;
    const options = objectAt(value.arguments, 0);
    return { value, options, isClosed: value.arguments.length === 0 || options?.isClosed === true };
  }

  #run({ method, methodRange, range, trainer: value, arguments: given }: RunFact): TrainerRun | undefined {
    const trainer = this.#trainer(value);
    if (!trainer) return undefined;
    const first = given[0] && settled(given[0]);
    const targetValue = first?.kind === 'new' ? first : undefined;
    const target = targetValue && this.classOf(targetValue);
    return { method, methodRange, range, trainer, target, targetValue, module: given[0]?.range, extra: given[1] };
  }
}

function isSame(a: ModuleModel, b: ModuleModel): boolean {
  return a.file.uri === b.file.uri && a.index === b.index;
}
