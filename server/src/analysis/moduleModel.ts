import type { HookName } from 'lightning-tfjs/hooks';
import type { Certainty, ClassFacts, FileFacts, Member, TextRange } from './facts.js';
import type { Lineage } from './lineage.js';
import type { LocatedClass } from './resolve.js';
import type { ClassKind } from './roots.js';

/** How the classes around it use a module. */
export interface Usage {
  /** Another class extends it. */
  readonly isExtended: boolean;
  /** Another module constructs it, as a part of itself. */
  readonly isPart: boolean;
}

/** Names that say: a base for others. */
const BASE_NAME = /^(Base|Abstract)(?=[A-Z_\d]|$)|(Base|Mixin)$/;

const NAMELESS = { module: 'This module', datamodule: 'This data module', callback: 'This callback' } as const;

const EVALUATION_STEPS = ['validationStep', 'testStep', 'predictStep'] as const satisfies readonly HookName[];
const TRAINING_HOOKS = [
  'trainingStep',
  'configureOptimizers',
  'trainDataloader',
] as const satisfies readonly HookName[];

/** One class of a file that the Trainer knows, or that looks so: a module, a data module or a callback. What rules judge. */
export class ModuleModel {
  readonly #facts: ClassFacts;
  readonly #lineage: Lineage;
  readonly #names: ReadonlySet<string>;
  readonly #once = new Map<unknown, unknown>();

  constructor(
    /** The file that holds it. */
    readonly file: FileFacts,
    facts: ClassFacts,
    lineage: Lineage,
    readonly usage: Usage,
  ) {
    this.#facts = facts;
    this.#lineage = lineage;
    this.#names = new Set(
      [facts, ...lineage.bases.map((base) => base.facts)]
        .flatMap(({ members, lostMembers }) => [...members, ...lostMembers].filter(isForTrainer))
        .map(({ name }) => name),
    );
  }

  /**
   * What is worked out about it no more than once. In a weak map beside it, the collector would keep what models of
   * former texts hold, for as long as somebody types.
   * @param key by which it is found again: the function that asks
   */
  once<T>(key: (model: ModuleModel) => T, work: () => T): T {
    if (!this.#once.has(key)) this.#once.set(key, work());
    return this.#once.get(key) as T; // set under the same key, by the same function
  }

  /** What it is to the Trainer. */
  get kind(): ClassKind {
    return this.#lineage.kind;
  }

  /** Its place among the classes of its file. */
  get index(): number {
    return this.#facts.index;
  }

  /** The facts it is made of. */
  get facts(): ClassFacts {
    return this.#facts;
  }

  /** Base classes whose text could be read, the nearest first. */
  get bases(): readonly LocatedClass[] {
    return this.#lineage.bases;
  }

  /** The export of the package at the end of the chain of bases; null when the chain does not end there. */
  get packageBase(): string | null {
    return this.#lineage.packageBase;
  }

  /** The parser lost the class, and this is what it was before the text broke: its ranges are old, and no rule judges it. */
  get isStale(): boolean {
    return this.#facts.isStale;
  }

  /** What messages call it. */
  get name(): string {
    return this.#facts.name ?? NAMELESS[this.kind];
  }

  /** The name, or the `class` keyword where there is none. */
  get nameRange(): TextRange {
    return this.#facts.nameRange;
  }

  get range(): TextRange {
    return this.#facts.range;
  }

  /** Between the braces. */
  get bodyRange(): TextRange {
    return this.#facts.bodyRange;
  }

  get isAbstract(): boolean {
    return this.#facts.isAbstract;
  }

  /** `partial`: a base could not be read, and may have more members. */
  get baseChain(): Lineage['baseChain'] {
    return this.#lineage.baseChain;
  }

  /** Whether it is one at all. */
  get certainty(): Certainty {
    return this.#lineage.certainty;
  }

  /** What the class itself writes down, in the order of the text. */
  get members(): readonly Member[] {
    return this.#facts.members;
  }

  get implementsInterfaces(): boolean {
    return this.#facts.implementsInterfaces;
  }

  /** True when the parser stumbled in the class, or lost its end. */
  get brokenSyntax(): boolean {
    return !this.#facts.isClosed || this.#facts.lostWords !== null;
  }

  /** What a person calls its export: the exported name, the class's own for a named default export, else `default`. Null: not exported. */
  get exportName(): string | null {
    const { exportedAs, name } = this.#facts;
    return exportedAs === 'default' ? (name ?? 'default') : exportedAs;
  }

  /** Meant to be given to a Trainer as it is, as far as anything tells: no base class, no part of another module. */
  get standsAlone(): boolean {
    const { name, exportedAs, isAbstract } = this.#facts;
    if (isAbstract || this.usage.isExtended || this.usage.isPart) return false;
    return name === null ? exportedAs !== null : !BASE_NAME.test(name);
  }

  /** Made to be validated, tested or used for prediction, and not to be fitted. */
  get isEvaluationOnly(): boolean {
    return EVALUATION_STEPS.some((step) => this.has(step)) && !TRAINING_HOOKS.some((hook) => this.has(hook));
  }

  /** True when it, or a base that could be read, has the member. */
  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** True when the class itself has the member. */
  hasOwn(name: string): boolean {
    return this.#facts.members.some((member) => member.name === name && isForTrainer(member));
  }

  /** True when a base that could be read has the member. */
  inherits(name: string): boolean {
    return this.#lineage.bases.some(({ facts }) =>
      facts.members.some((member) => member.name === name && isForTrainer(member)),
    );
  }

  /**
   * How sure it is that it does not have the member. Null: it has it, or half-typed text may hide it. `likely`: it, or a
   * base, may have members that nobody can list.
   */
  lacks(name: string): Certainty | null {
    if (this.has(name)) return null;
    const chain = [this.#facts, ...this.#lineage.bases.map(({ facts }) => facts)];
    if (chain.some((each) => !each.isClosed || each.lostWords?.has(name))) return null;
    const isListed = this.baseChain === 'complete' && !chain.some((each) => each.isOpenEnded);
    return isListed ? this.certainty : 'likely';
  }
}

function isForTrainer(member: Member): boolean {
  return !member.isStatic && !member.name.startsWith('#');
}
