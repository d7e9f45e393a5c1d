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
  /** It has settings for each resource, and is asked for them. */
  readonly hasSettings: boolean;
  readonly registersForSettings: boolean;
  readonly hasFolders: boolean;
  /** It shows what takes a while. */
  readonly showsProgress: boolean;
  /** It takes edits that create files. */
  readonly createsFiles: boolean;
  /** Its completions may be snippets, with places to jump to. */
  readonly snippets: boolean;
  readonly typeHierarchy: boolean;
  readonly inlayHints: boolean;
  readonly refreshesInlayHints: boolean;
  /** Commands that it has, as it says in `initializationOptions.commands`; null when it says nothing. */
  readonly commands: ReadonlySet<string> | null;
}

/** Reads the client's capabilities. @param options what it says besides, in `initializationOptions` */
export function clientSupport(
  { textDocument, workspace, window }: ClientCapabilities,
  options?: unknown,
): ClientSupport {
  return {
    pullsDiagnostics: textDocument?.diagnostic !== undefined,
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    refreshesCodeLenses: workspace?.codeLens?.refreshSupport === true,
    versionedEdits: workspace?.workspaceEdit?.documentChanges === true,
    registersWatchers: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    hasSettings: workspace?.configuration === true,
    registersForSettings: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    hasFolders: workspace?.workspaceFolders === true,
    showsProgress: window?.workDoneProgress === true,
    createsFiles: workspace?.workspaceEdit?.resourceOperations?.includes('create') === true,
    snippets: textDocument?.completion?.completionItem?.snippetSupport === true,
    typeHierarchy: textDocument?.typeHierarchy !== undefined,
    inlayHints: textDocument?.inlayHint !== undefined,
    refreshesInlayHints: workspace?.inlayHint?.refreshSupport === true,
    commands: commandsOf(options),
  };
}

function commandsOf(options: unknown): ReadonlySet<string> | null {
  const { commands } = typeof options === 'object' && options !== null ? (options as { commands?: unknown }) : {};
  return Array.isArray(commands) ? new Set(commands.filter((each) => typeof each === 'string')) : null;
}
