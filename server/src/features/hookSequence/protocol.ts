/**
 * `lightning/hookSequence` takes {@link HookSequenceParams} and answers with a {@link HookSequenceResult}: all that a run of a
 * module calls, in order, as a tree; null when the file has no such module.
 */
import type { SequenceCondition, SequenceLoop } from 'lightning-tfjs/hooks';
import { type Location, ProtocolRequestType } from 'vscode-languageserver/node';

/** Of which run. */
export interface HookSequenceParams {
  readonly textDocument: { readonly uri: string };
  /** Name of the module; default: the file's first. */
  readonly className?: string;
  /** Default `fit`. */
  readonly kind?: 'fit' | 'validate' | 'test' | 'predict';
  /** Options of the Trainer; default: those of the Trainer that the file runs the module with, else none. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** A call of a hook, and where its text stands. */
export interface HookSequenceCall {
  readonly type: 'call';
  readonly hook: string;
  readonly owner: 'module' | 'datamodule' | 'callback';
  /** Name of the class. */
  readonly by: string;
  /** False: what the package does by default. */
  readonly isOverridden: boolean;
  /** The method, in the class or one of its bases; null for a default, and where nobody knows. */
  readonly location: Location | null;
  /** When it is called and what for, in one sentence. */
  readonly doc: string;
  readonly children: readonly HookSequenceNode[];
}

/** A part of the sequence: see `SequenceLoop` and `SequenceCondition` of `lightning-tfjs/hooks`. */
export type HookSequenceNode =
  | HookSequenceCall
  | (Omit<SequenceLoop, 'children'> & { readonly children: readonly HookSequenceNode[] })
  | (Omit<SequenceCondition, 'children'> & { readonly children: readonly HookSequenceNode[] });

/** The sequence of one module. */
export interface HookSequenceResult {
  readonly className: string;
  readonly kind: 'fit' | 'validate' | 'test' | 'predict';
  /** The options that it was made for. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly nodes: readonly HookSequenceNode[];
}

/** `lightning/hookSequence`. */
export const HookSequenceRequest = new ProtocolRequestType<
  HookSequenceParams,
  HookSequenceResult | null,
  never,
  void,
  void
>('lightning/hookSequence');
