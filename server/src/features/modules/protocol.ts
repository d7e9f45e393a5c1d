/**
 * `lightning/modules` (no parameters) answers with {@link ModuleInfo}s: every module, data module and callback of the workspace,
 * with its hooks, and those that it lacks.
 */
import { type Location, ProtocolRequestType0 } from 'vscode-languageserver/node';

/** A hook of a class. */
export interface ModuleHook {
  readonly name: string;
  /** Where its text stands, in the class or one of its bases; null for one that is missing. */
  readonly location: Location | null;
  /** When it is called and what for, in one sentence. */
  readonly doc: string;
  /** Name of the base class that has it; null for one of the class's own, and for one that is missing. */
  readonly inheritedFrom: string | null;
}

/** One class that the Trainer knows. */
export interface ModuleInfo {
  readonly kind: 'module' | 'datamodule' | 'callback';
  readonly name: string;
  /** Where its name stands. */
  readonly location: Location;
  readonly isAbstract: boolean;
  /** Those that it has, in the order of its text, its own first. */
  readonly hooks: readonly ModuleHook[];
  /** Those without which it does not train. */
  readonly missing: readonly ModuleHook[];
  /** The name under which its file exports it; null when it cannot be run. */
  readonly exportName: string | null;
}

/** `lightning/modules`. */
export const ModulesRequest = new ProtocolRequestType0<readonly ModuleInfo[], never, void, void>('lightning/modules');
