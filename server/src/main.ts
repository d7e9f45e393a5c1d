/** The server's process: `--stdio` for any editor, `--node-ipc` for VS Code's own client. */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { startServer } from './lsp/server.js';

startServer(createConnection(ProposedFeatures.all));
