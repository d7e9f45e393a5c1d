/** What the server offers besides diagnostics: one file or folder each. */
import type { Connection, ServerCapabilities } from 'vscode-languageserver/node';
import type { ClientSupport } from '../lsp/clientSupport.js';
import type { Feature, ServerContext } from '../lsp/context.js';
import { codeLensFeature } from './codeLens/index.js';
import { completionFeature } from './completion/index.js';
import { documentLinkFeature } from './documentLinks.js';
import { hookSequenceFeature } from './hookSequence/index.js';
import { hoverFeature } from './hover.js';
import { inlayHintFeature } from './inlayHints.js';
import { modulesFeature } from './modules/index.js';
import { scaffoldFeature } from './scaffold/index.js';
import { typeHierarchyFeature } from './typeHierarchy.js';
import { workspaceSymbolFeature } from './workspaceSymbols.js';

/** All features, in no order that matters. */
const FEATURES: readonly Feature[] = [
  codeLensFeature,
  completionFeature,
  documentLinkFeature,
  hookSequenceFeature,
  hoverFeature,
  inlayHintFeature,
  modulesFeature,
  scaffoldFeature,
  typeHierarchyFeature,
  workspaceSymbolFeature,
];

/** What the features can do for a client. */
export function featureCapabilities(client: ClientSupport): Partial<ServerCapabilities> {
  const all = FEATURES.map((feature) => feature.capabilities(client));
  const experimental = Object.assign({}, ...all.map((each) => each.experimental as object | undefined));
  return Object.assign({}, ...all, { experimental });
}

/** Hooks all features into a connection that does not listen yet. */
export function registerFeatures(connection: Connection, context: ServerContext): void {
  for (const feature of FEATURES) feature.register(connection, context);
}
