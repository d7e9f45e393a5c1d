import * as lightning from 'lightning-tfjs';

/** The scenario needs something that the library does not have yet. It fails, with this as its reason. */
export class NotBuilt extends Error {
  constructor(what: string) {
    super(`lightning-tfjs has no ${what}`);
    this.name = 'NotBuilt';
  }
}

type Constructor = new (...args: never[]) => object;

/** A class of the public API by name. @throws NotBuilt when there is none */
export function publicClass(name: string): Constructor {
  return classIn(lightning, name, name);
}

/** An optimizer or scheduler of the public `optim` by torch's class name. @throws NotBuilt when there is none */
export function optimClass(name: string): Constructor {
  return classIn(lightning.optim, name, `optim.${name}`);
}

function classIn(door: object, name: string, shown: string): Constructor {
  const found: unknown = Reflect.get(door, name);
  if (typeof found === 'function') return found as Constructor; // an exported name with a capital is a class
  throw new NotBuilt(shown);
}

/** True for an error by which the library says that it cannot do this yet: never the error that a scenario expects. */
export function saysNotBuilt(error: unknown): boolean {
  if (error instanceof NotBuilt) return true;
  return error instanceof lightning.LightningError && error.code.endsWith('not-built');
}
