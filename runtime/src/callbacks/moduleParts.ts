import { LightningModule } from '../core/index.js';
import * as tf from '../tf.js';

/** A tfjs layer or model, told by its shape: a user's own copy of tfjs has other classes. */
export interface LayerLike {
  readonly layers?: readonly LayerLike[];
  apply(input: unknown, options?: unknown): unknown;
  getClassName(): string;
}

/** A layer, a module, or a list of these, somewhere in a module. */
export interface ModulePart {
  /** Dotted path from the module; 1 level has no dot. */
  readonly name: string;
  readonly type: string;
  readonly value: object;
  /** Whether it is in training mode: its own, or that of the module it is in. */
  readonly training: boolean;
}

/** All parts of a module, each before those inside it. */
export function partsOf(module: LightningModule): ModulePart[] {
  const found: ModulePart[] = [];
  const seen = new Set<object>([module]);
  const visit = (owner: object, path: string, training: boolean) => {
    for (const [key, value] of entriesOf(owner)) {
      if (typeof value !== 'object' || value === null || value instanceof tf.Tensor || seen.has(value)) continue;
      if (!isLayer(value) && !(value instanceof LightningModule) && !holdsParts(value, 0)) continue;
      seen.add(value);
      const name = path === '' ? key : `${path}.${key}`;
      const mode = value instanceof LightningModule ? value.training : training;
      found.push({ name, type: typeOf(value), value, training: mode });
      visit(value, name, mode);
    }
  };
  visit(module, '', module.training);
  return found;
}

/** True for a layer or a model of tfjs. */
export function isLayer(value: unknown): value is LayerLike {
  return (
    typeof value === 'object' && value !== null && 'getClassName' in value && 'weights' in value && 'apply' in value
  );
}

function entriesOf(owner: object): [string, unknown][] {
  if (isLayer(owner)) return (owner.layers ?? []).map((layer, index) => [String(index), layer]);
  return owner instanceof Map ? [...owner].map(([key, value]) => [String(key), value]) : Object.entries(owner);
}

/** Lists and objects count when they hold layers or modules; deeper ones than this are the user's own business. */
function holdsParts(value: object, depth: number): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  const isContainer =
    Array.isArray(value) || value instanceof Map || prototype === Object.prototype || prototype === null;
  if (!isContainer || depth > 4) return false;
  return entriesOf(value).some(
    ([, item]) =>
      isLayer(item) ||
      item instanceof LightningModule ||
      (typeof item === 'object' && item !== null && holdsParts(item, depth + 1)),
  );
}

function typeOf(value: object): string {
  // tfjs's classes tell their names themselves, since bundling may change those of the code.
  if (isLayer(value)) return value.getClassName();
  return value.constructor?.name ?? 'Object';
}
