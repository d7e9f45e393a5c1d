/** What the workspace has for the Trainer. */
import type { Feature } from '../../lsp/context.js';
import { ModulesRequest } from './protocol.js';
import { workspaceModules } from './workspaceModules.js';

/** `lightning/modules`. */
export const modulesFeature: Feature = {
  capabilities: () => ({ experimental: { modules: true } }),
  register(connection, context) {
    connection.onRequest(ModulesRequest, (token) =>
      context.answer('modules', token, [], () => workspaceModules(context.analyzer)),
    );
  },
};
