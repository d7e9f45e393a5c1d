/** What may be written at a place. */
import type { Feature } from '../../lsp/context.js';
import { completions, resolveCompletion } from './completions.js';

/** Completion, with documentation made when it is shown. */
export const completionFeature: Feature = {
  capabilities: () => ({ completionProvider: { resolveProvider: true, triggerCharacters: ["'", '"', '`', '/'] } }),
  register(connection, context) {
    connection.onCompletion(({ textDocument, position }, token) =>
      context.answer('completion', token, [], () => {
        const document = context.documents.get(textDocument.uri);
        return document ? completions(document, document.offsetAt(position), context) : [];
      }),
    );
    connection.onCompletionResolve((item, token) =>
      context.answer('completion documentation', token, item, () => resolveCompletion(item)),
    );
  },
};
