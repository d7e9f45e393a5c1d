import type { Runtime } from 'node:inspector';
import type { SourceLocation } from '../protocol/index.js';
import { originalLocation } from './stackFrames.js';

/** Any function: only its place is asked for. */
export type AnyFunction = (...args: never[]) => unknown;

/**
 * Where a function is defined in the user's source: the place of a method's name, of a class's constructor, of an arrow
 * function's beginning. Undefined for built-in and bound functions, and in a Node without inspector.
 *
 * Cost: some 30 ms, since V8's debugger must be switched on for a moment; for error reports only.
 */
export async function functionLocation(fn: AnyFunction): Promise<SourceLocation | undefined> {
  try {
    const { Session } = await import('node:inspector');
    return functionLocations([fn], new Session())[0];
  } catch {
    return undefined; // a report without a place is better than no report
  }
}

/**
 * Where each function is defined, as {@link functionLocation} tells it of one; the debugger is switched on once for all of them.
 * @param session an inspector session that is not connected
 */
export function functionLocations(
  fns: readonly AnyFunction[],
  session: import('node:inspector').Session,
): (SourceLocation | undefined)[] {
  session.connect();
  try {
    const scripts = new Map<string, string>();
    session.on('Debugger.scriptParsed', ({ params }) => scripts.set(params.scriptId, params.url));
    // A session on its own thread answers before `post` returns.
    session.post('Debugger.enable');
    return fns.map((fn) => {
      const place = placeOf(session, fn);
      const script = place && scripts.get(place.scriptId);
      if (!place || !script?.startsWith('file:')) return undefined;
      return originalLocation(script, place.lineNumber + 1, place.columnNumber + 1);
    });
  } finally {
    session.disconnect();
  }
}

interface Place {
  readonly scriptId: string;
  /** From 0. */
  readonly lineNumber: number;
  /** From 0. */
  readonly columnNumber: number;
}

const HANDLE = '__lightningFunctionLocation';

function placeOf(session: import('node:inspector').Session, fn: AnyFunction): Place | undefined {
  // The inspector sees values, not references of ours: a global is the bridge.
  Object.defineProperty(globalThis, HANDLE, { value: fn, configurable: true });
  try {
    let objectId: string | undefined;
    session.post('Runtime.evaluate', { expression: `globalThis.${HANDLE}` }, (_error, answer) => {
      objectId = answer?.result.objectId;
    });
    if (objectId === undefined) return undefined;
    let properties: readonly Runtime.InternalPropertyDescriptor[] = [];
    session.post('Runtime.getProperties', { objectId, ownProperties: true }, (_error, answer) => {
      properties = answer?.internalProperties ?? [];
    });
    const location = properties.find(({ name }) => name === '[[FunctionLocation]]');
    return location?.value?.value as Place | undefined; // the protocol types the value of an internal property as unknown
  } finally {
    Reflect.deleteProperty(globalThis, HANDLE);
  }
}
