/**
 * The requests of scaffolding, beside LSP's own.
 *
 * `lightning/scaffoldKinds` (no parameters) answers with {@link ScaffoldKindInfo}s: what there is to make.
 *
 * `lightning/scaffold` takes {@link ScaffoldParams} and answers with a {@link ScaffoldResult}. Nothing is written: the client applies
 * the edit, or writes the files. A name or place that will not do is an error `InvalidParams` (-32602) whose message is for people.
 */
import { ProtocolRequestType, ProtocolRequestType0, type WorkspaceEdit } from 'vscode-languageserver/node';

/** What can be made. A `project` is a folder with a module of another kind in it. */
export const SCAFFOLD_KINDS = [
  'classifier',
  'autoencoder',
  'gan',
  'sequence',
  'datamodule',
  'callback',
  'project',
] as const;
/** One of {@link SCAFFOLD_KINDS}. */
export type ScaffoldKind = (typeof SCAFFOLD_KINDS)[number];

/** One kind, for a menu. */
export interface ScaffoldKindInfo {
  readonly kind: ScaffoldKind;
  readonly label: string;
  readonly description: string;
  /** What the class, or the project, is called unless somebody says otherwise. */
  readonly defaultName: string;
  /** `file`: params.uri is the file to write, which may exist. `folder`: it is the folder to fill. */
  readonly target: 'file' | 'folder';
}

/** What to make. */
export interface ScaffoldParams {
  readonly kind: ScaffoldKind;
  /** Where: a `file:` URI, see {@link ScaffoldKindInfo.target}. An existing file gets the class in addition. */
  readonly uri: string;
  /** Name of the class, or of a project's package; default: the kind's own. */
  readonly name?: string;
  /** Whether a test for vitest is made, too; default false. */
  readonly withTests?: boolean;
  /** Of a project: the kind of its module; default `classifier`. */
  readonly module?: ScaffoldKind;
}

/** A file as it is to be. */
export interface ScaffoldFile {
  readonly uri: string;
  /** The whole text. */
  readonly text: string;
  /** False: a file, or an open document, of this name is there, and `text` is it with the additions. */
  readonly isNew: boolean;
}

/** What was made. */
export interface ScaffoldResult {
  /** The name that the class got: the wanted one, with a number behind it where the file has one of that name. */
  readonly name: string;
  /** The file to show. */
  readonly uri: string;
  readonly files: readonly ScaffoldFile[];
  /** The same as an edit; null for a client that cannot create files by one (`workspace.workspaceEdit.resourceOperations`). */
  readonly edit: WorkspaceEdit | null;
}

/** `lightning/scaffoldKinds`. */
export const ScaffoldKindsRequest = new ProtocolRequestType0<readonly ScaffoldKindInfo[], never, void, void>(
  'lightning/scaffoldKinds',
);

/** `lightning/scaffold`. */
export const ScaffoldRequest = new ProtocolRequestType<ScaffoldParams, ScaffoldResult, never, void, void>(
  'lightning/scaffold',
);
