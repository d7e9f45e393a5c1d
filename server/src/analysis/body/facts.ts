/** Facts about what bodies do, read while their file is parsed: plain data. */
import type { Reference, TextRange } from '../facts.js';

/** What an expression is, as far as the text tells. A constant stands for what it was given. */
export type Value =
  | { readonly kind: 'number'; readonly value: number; readonly range: TextRange }
  | { readonly kind: 'string'; readonly value: string; readonly range: TextRange }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly range: TextRange }
  | { readonly kind: 'null' | 'undefined' | 'this' | 'other'; readonly range: TextRange }
  /** A text with holes: what is between them, in order. */
  | { readonly kind: 'template'; readonly parts: readonly string[]; readonly range: TextRange }
  | ObjectValue
  /** `isClosed` is false where a spread may add to it. */
  | { readonly kind: 'array'; readonly items: readonly Value[]; readonly isClosed: boolean; readonly range: TextRange }
  | NewValue
  | CallValue
  /** `value` is null for a name whose value only a run can tell: a parameter, a variable. */
  | { readonly kind: 'name'; readonly name: string; readonly value: Value | null; readonly range: TextRange }
  /** `a.b` that is not called; `path` is null where it begins with something else than a name. */
  | { readonly kind: 'property'; readonly path: string | null; readonly range: TextRange }
  | { readonly kind: 'function'; readonly isAsync: boolean; readonly range: TextRange }
  /** One of several: `c ? a : b`, `a ?? b`. */
  | { readonly kind: 'either'; readonly values: readonly Value[]; readonly range: TextRange };

/** `{ … }`. */
export interface ObjectValue {
  readonly kind: 'object';
  readonly entries: readonly Entry[];
  /** False where a spread or a computed name may add to it. */
  readonly isClosed: boolean;
  readonly range: TextRange;
}

/** One property of an object. */
export interface Entry {
  readonly name: string;
  readonly nameRange: TextRange;
  /** Name and value. */
  readonly range: TextRange;
  readonly isShorthand: boolean;
  readonly value: Value;
}

/** `new X(…)`. */
export interface NewValue {
  readonly kind: 'new';
  readonly class: Reference;
  /** The export of our package, or of tfjs under `tf.`, such as `optim.Adam`; null for any other class. */
  readonly api: string | null;
  readonly nameRange: TextRange;
  readonly arguments: readonly Value[];
  readonly range: TextRange;
}

/** `f(…)`. */
export interface CallValue {
  readonly kind: 'call';
  /** As written, such as `this.log`, `super` or `x.dataSync`; null where it begins with something else than a name. */
  readonly path: string | null;
  /** As {@link NewValue.api}. */
  readonly api: string | null;
  /** The last part of the path: `log`. Empty where there is none. */
  readonly name: string;
  readonly nameRange: TextRange;
  /** What is before the last dot; null without one. */
  readonly receiver: TextRange | null;
  readonly arguments: readonly Value[];
  readonly hasSpread: boolean;
  readonly range: TextRange;
}

/** Where in a body something stands. */
export interface Place {
  /** Equal for what runs together, or not at all, apart from early ends. */
  readonly block: number;
  readonly isConditional: boolean;
  readonly inLoop: boolean;
  /** In a function inside the body: a `return` there is not the body's. */
  readonly inFunction: boolean;
  /** In a function that may run at another time, or never; not so for those given to `tf.tidy` or `forEach`. */
  readonly runsLater: boolean;
  /** In a function given to `tf.tidy`. */
  readonly inTidy: boolean;
  /** What `tf.variable` is given. */
  readonly inVariable: boolean;
}

/** A call that the rules know. */
export interface CallFact extends CallValue {
  readonly place: Place;
  readonly isAwaited: boolean;
  /** Its own statement, whose value nobody takes. */
  readonly isStatement: boolean;
}

/** `this.name = value`. */
export interface Assignment {
  readonly name: string;
  readonly value: Value;
  readonly range: TextRange;
  readonly place: Place;
}

/** `return value`, or the value of an arrow function without braces. */
export interface Return {
  /** Null for a bare `return`. */
  readonly value: Value | null;
  readonly range: TextRange;
  readonly place: Place;
}

/** One parameter. */
export interface BodyParameter {
  /** Null for a destructured one. */
  readonly name: string | null;
  /** Names that it brings in: its own, or those taken out of it. */
  readonly names: readonly string[];
  readonly isOptional: boolean;
  /** With a default value: it does not count in a function's length. */
  readonly hasDefault: boolean;
  readonly isRest: boolean;
  readonly range: TextRange;
}

/** A method, an accessor, an arrow property, or the constructor. */
export interface MethodBody {
  readonly name: string;
  readonly nameRange: TextRange;
  readonly range: TextRange;
  readonly kind: 'method' | 'arrow' | 'accessor' | 'constructor';
  readonly isStatic: boolean;
  readonly isAsync: boolean;
  readonly isGenerator: boolean;
  readonly parameters: readonly BodyParameter[];
  /** Of the parameters, with parentheses where they are written. */
  readonly parametersRange: TextRange;
  /** Null for an overload, or an abstract method. With braces; for an arrow without, the expression. */
  readonly bodyRange: TextRange | null;
  /** Not those of functions inside. */
  readonly returns: readonly Return[];
  /** True when its end may be reached without a `return` or `throw`. */
  readonly endsOpen: boolean;
  readonly calls: readonly CallFact[];
  readonly assignments: readonly Assignment[];
  /** Names that are declared in the body, or written to. */
  readonly rebound: ReadonlySet<string>;
  /** The parameters' names that the body reads. */
  readonly names: ReadonlySet<string>;
  /** Methods called on `this`. */
  readonly ownCalls: ReadonlySet<string>;
}

/** A property and what it begins with. */
export interface FieldFact {
  readonly name: string;
  readonly nameRange: TextRange;
  readonly range: TextRange;
  readonly isStatic: boolean;
  /** Null without an initializer. */
  readonly value: Value | null;
}

/** What the bodies of a class do. */
export interface ClassBody {
  readonly methods: readonly MethodBody[];
  readonly fields: readonly FieldFact[];
  /** Calls in the initializers of fields. */
  readonly fieldCalls: readonly CallFact[];
  /** `this`, or one of its methods, is handed to others, who may call anything on it. */
  readonly leaksThis: boolean;
}

/** `trainer.fit(module, …)`, where the trainer was constructed in the same file. */
export interface RunFact {
  readonly method: string;
  readonly methodRange: TextRange;
  readonly trainer: NewValue;
  readonly arguments: readonly Value[];
  readonly range: TextRange;
}

/** `Lit.loadFromCheckpoint(…)`. */
export interface LoadFact {
  readonly class: Reference;
  readonly arguments: readonly Value[];
  readonly range: TextRange;
}

/** What a file does outside of any one class. */
export interface FileBody {
  /** Everything of our package that is constructed, tensors left out; and what else is called a Trainer. */
  readonly constructed: readonly NewValue[];
  readonly runs: readonly RunFact[];
  readonly loads: readonly LoadFact[];
  readonly callsSeedEverything: boolean;
}
