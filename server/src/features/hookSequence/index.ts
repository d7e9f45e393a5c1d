/** The order in which a run of a module calls hooks. */
import type { Feature } from '../../lsp/context.js';
import { canonicalUri } from '../../lsp/uris.js';
import { moduleSequence } from './moduleSequence.js';
import { HookSequenceRequest } from './protocol.js';

/** `lightning/hookSequence`. */
export const hookSequenceFeature: Feature = {
  capabilities: () => ({ experimental: { hookSequence: true } }),
  register(connection, context) {
    connection.onRequest(HookSequenceRequest, (params, token) =>
      context.answer('hook sequence', token, null, () => {
        const uri: unknown = params?.textDocument?.uri; // from outside
        return typeof uri === 'string' ? moduleSequence(canonicalUri(uri), params, context.analyzer) : null;
      }),
    );
  },
};
