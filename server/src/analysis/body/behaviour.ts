import type { Certainty } from '../facts.js';
import type { ModuleModel } from '../moduleModel.js';
import type { CallFact, ClassBody, MethodBody, Value } from './facts.js';

/** What a class does, with what it inherits from bases that could be read. */
export class Behaviour {
  readonly #chain: readonly ClassBody[];
  readonly #model: ModuleModel;
  #ownMethods: readonly MethodBody[] | undefined;
  #allMethods: readonly MethodBody[] | undefined;
  #optimization: 'automatic' | 'manual' | 'unknown' | undefined;

  constructor(model: ModuleModel) {
    this.#model = model;
    this.#chain = [model.facts.body, ...model.bases.map(({ facts }) => facts.body)];
  }

  /** What the class itself writes down. */
  get own(): ClassBody {
    return this.#model.facts.body;
  }

  /** Its own methods that the Trainer could call: with a body, neither static nor an accessor. */
  get ownMethods(): readonly MethodBody[] {
    this.#ownMethods ??= this.own.methods.filter(isCallable);
    return this.#ownMethods;
  }

  /** Methods of the class and its bases, overridden ones among them: `super` may call those. */
  get allMethods(): readonly MethodBody[] {
    this.#allMethods ??= this.#chain
      .flatMap(({ methods }) => methods)
      .filter(({ bodyRange, isStatic }) => bodyRange && !isStatic);
    return this.#allMethods;
  }

  /** The method of a name that the class itself writes down. */
  ownMethod(name: string): MethodBody | undefined {
    return this.ownMethods.find((method) => method.name === name);
  }

  /** The method of a name that a call on the class reaches, where it could be read. */
  method(name: string): MethodBody | undefined {
    for (const { methods } of this.#chain) {
      const found = methods.find((method) => method.name === name && isCallable(method));
      if (found) return found;
    }
    return undefined;
  }

  /**
   * How sure it is that all that it does is known: `likely` where a base could not be read, or `this` is handed to others.
   * Null while its text is broken.
   */
  get isKnown(): Certainty | null {
    const model = this.#model;
    const chain = [model.facts, ...model.bases.map(({ facts }) => facts)];
    if (chain.some(({ isClosed, lostWords }) => !isClosed || lostWords !== null)) return null;
    const isListed =
      model.baseChain === 'complete' && !chain.some(({ isOpenEnded, body }) => isOpenEnded || body.leaksThis);
    return isListed ? model.certainty : 'likely';
  }

  /** Who optimizes. `unknown` where only a run can tell. */
  get optimization(): 'automatic' | 'manual' | 'unknown' {
    this.#optimization ??= this.#findOptimization();
    return this.#optimization;
  }

  #findOptimization(): 'automatic' | 'manual' | 'unknown' {
    const found: Value[] = [];
    for (const { methods, fields } of this.#chain) {
      for (const { name, value } of fields) if (name === SWITCH && value) found.push(value);
      for (const { name, assignments } of methods) {
        if (name === SWITCH) return 'unknown';
        for (const assignment of assignments) {
          if (assignment.name !== SWITCH) continue;
          if (name !== 'constructor' || assignment.place.isConditional) return 'unknown';
          found.push(assignment.value);
        }
      }
    }
    const isOpen = this.#model.baseChain === 'partial' || this.#model.facts.isOpenEnded;
    if (found.length === 0) return isOpen ? 'unknown' : 'automatic';
    if (!found.every(({ kind }) => kind === 'boolean')) return 'unknown';
    const values = new Set(found.map((value) => value.kind === 'boolean' && value.value));
    if (values.size > 1) return 'unknown';
    return values.has(true) ? 'automatic' : 'manual';
  }

  /** Calls of `this.name(…)`, anywhere in it. */
  ownCalls(name: string): readonly CallFact[] {
    return this.allMethods.flatMap(({ calls }) => calls).filter(({ path }) => path === `this.${name}`);
  }

  /** True when some method of it calls `this.name(…)`, or takes it out of `this`. */
  callsOwn(name: string): boolean {
    return this.allMethods.some(({ ownCalls }) => ownCalls.has(name));
  }

  /** The calls that a method reaches: its own, and those of the methods of `this` that it calls. */
  reachedCalls(name: string): readonly CallFact[] {
    return this.reached(name).flatMap(({ calls }) => calls);
  }

  /** A method and the methods of `this` that it calls, and so on. */
  reached(name: string): readonly MethodBody[] {
    const found = new Set<MethodBody>();
    const waiting = [name];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const method = this.method(next);
      if (!method || found.has(method)) continue;
      found.add(method);
      waiting.push(...method.ownCalls);
    }
    return [...found];
  }
}

const SWITCH = 'automaticOptimization';

/** What a class does. */
export function behaviourOf(model: ModuleModel): Behaviour {
  return model.once(behaviourOf, () => new Behaviour(model));
}

function isCallable({ bodyRange, isStatic, kind }: MethodBody): boolean {
  return bodyRange !== null && !isStatic && kind !== 'accessor' && kind !== 'constructor';
}
