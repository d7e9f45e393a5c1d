import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  CreateFile,
  LSPErrorCodes,
  ResponseError,
  TextDocumentEdit,
  TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Feature, ServerContext } from '../../lsp/context.js';
import { difference } from '../../lsp/fixAll.js';
import { rangeIn } from '../../lsp/ranges.js';
import { ScaffoldError } from './names.js';
import { PACKAGE_VERSION } from './packageVersion.js';
import { type ScaffoldFile, ScaffoldKindsRequest, ScaffoldRequest, type ScaffoldResult } from './protocol.js';
import { isScaffoldParams, SCAFFOLD_INFOS, scaffold } from './scaffold.js';

/** A larger file is none that a person writes classes into. */
const MAX_SIZE = 2_000_000;
const INVALID_PARAMS = -32602;

/** `lightning/scaffold` and `lightning/scaffoldKinds`. */
export const scaffoldFeature: Feature = {
  capabilities: () => ({ experimental: { scaffold: true } }),
  register(connection, context) {
    connection.onRequest(ScaffoldKindsRequest, () => SCAFFOLD_INFOS);
    connection.onRequest(ScaffoldRequest, (params: unknown, token) =>
      context.answer('scaffold', token, FAILED, () => answerScaffold(params, context)),
    );
  },
};

const FAILED = new ResponseError<void>(LSPErrorCodes.RequestFailed, 'The scaffold failed; see the log.');

function answerScaffold(params: unknown, context: ServerContext): ScaffoldResult | ResponseError<void> {
  if (!isScaffoldParams(params)) {
    return new ResponseError(INVALID_PARAMS, 'lightning/scaffold takes a kind, and the uri of a file or folder.');
  }
  try {
    const text = (uri: string) => context.documents.get(uri)?.getText() ?? textOnDisk(uri);
    const made = scaffold(params, { text, packageVersion: `^${PACKAGE_VERSION}` });
    return { ...made, edit: editOf(made.files, context) };
  } catch (error) {
    if (error instanceof ScaffoldError) return new ResponseError(INVALID_PARAMS, error.message);
    throw error;
  }
}

function textOnDisk(uri: string): string | undefined {
  const path = fileURLToPath(uri);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return undefined;
  if (!stats.isFile() || stats.size > MAX_SIZE) throw new ScaffoldError(`${path} is no source file.`);
  return readFileSync(path, 'utf8');
}

/** New files are created and filled; of one that is there only what differs is changed. */
function editOf(files: readonly ScaffoldFile[], context: ServerContext): WorkspaceEdit | null {
  const { createsFiles, versionedEdits } = context.client;
  if (!versionedEdits || (files.some(({ isNew }) => isNew) && !createsFiles)) return null;
  const documentChanges = files.flatMap(({ uri, text, isNew }): (CreateFile | TextDocumentEdit)[] => {
    const start = { line: 0, character: 0 };
    if (isNew) {
      const filled = TextDocumentEdit.create({ uri, version: null }, [TextEdit.insert(start, text)]);
      return [CreateFile.create(uri, { overwrite: false, ignoreIfExists: false }), filled];
    }
    const open = context.documents.get(uri);
    const before = open ?? TextDocument.create(uri, '', 0, textOnDisk(uri) ?? '');
    const change = difference(before, text);
    const edits = change ? [TextEdit.replace(rangeIn(before, change.range), change.newText)] : [];
    return [TextDocumentEdit.create({ uri, version: open?.version ?? null }, edits)];
  });
  return { documentChanges };
}
