import type { HookName } from 'lightning-tfjs/hooks';
import type { Certainty, ClassFacts, FileFacts, Member, TextRange } from './facts.js';
import type { Lineage } from './lineage.js';

/** How the classes around it use a module. */
export interface Usage {
  /** Another class extends it. */
  readonly isExtended: boolean;
  /** Another module constructs it, as a part of itself. */
  readonly isPart: boolean;
}

/** Names that say: a base for others. */
const BASE_NAME = /^(Base|Abstract)(?=[A-Z_\d]|$)|(Base|Mixin)$/;

const EVALUATION_STEPS = ['validationStep', 'testStep', 'predictStep'] as const satisfies readonly HookName[];
const TRAINING_HOOKS = [
  'trainingStep',
  'configureOptimizers',
  'trainDataloader',
] as const satisfies readonly HookName[];

/** One class of a file that is a LightningModule, or looks like one: what rules judge. */
export class ModuleModel {
  readonly #facts: ClassFacts;
  readonly #lineage: Lineage;
  readonly #names: ReadonlySet<string>;

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
      [facts, ...lineage.bases].flatMap(({ members }) => members.filter(isForTrainer)).map(({ name }) => name),
    );
  }

  /** What messages call it. */
  get name(): string {
    return this.#facts.name ?? 'This module';
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

  /** Whether it is a LightningModule at all. */
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
    return this.#lineage.bases.some(({ members }) =>
      members.some((member) => member.name === name && isForTrainer(member)),
    );
  }

  /**
   * How sure it is that it does not have the member. Null: it has it, or half-typed text may hide it. `likely`: it, or a
   * base, may have members that nobody can list.
   */
  lacks(name: string): Certainty | null {
    if (this.has(name)) return null;
    const chain = [this.#facts, ...this.#lineage.bases];
    if (chain.some((each) => !each.isClosed || each.lostWords?.has(name))) return null;
    const isListed = this.baseChain === 'complete' && !chain.some((each) => each.isOpenEnded);
    return isListed ? this.certainty : 'likely';
  }
}

function isForTrainer(member: Member): boolean {
  return !member.isStatic && !member.name.startsWith('#');
}
