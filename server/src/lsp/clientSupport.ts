import type { ClientCapabilities } from 'vscode-languageserver/node';

/** What the client can do, as far as the server asks. */
export interface ClientSupport {
  /** It asks for diagnostics; otherwise they are sent. */
  readonly pullsDiagnostics: boolean;
  readonly refreshesDiagnostics: boolean;
  readonly refreshesCodeLenses: boolean;
  /** It takes edits that name the document's version, and so refuses stale ones. */
  readonly versionedEdits: boolean;
  readonly registersWatchers: boolean;
}

/** Reads the client's capabilities. */
export function clientSupport({ textDocument, workspace }: ClientCapabilities): ClientSupport {
  return {
    pullsDiagnostics: textDocument?.diagnostic !== undefined,
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    refreshesCodeLenses: workspace?.codeLens?.refreshSupport === true,
    versionedEdits: workspace?.workspaceEdit?.documentChanges === true,
    registersWatchers: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
  };
}
