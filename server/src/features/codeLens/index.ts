/** What can be run of each module, and what its latest run came to. */
import { fileURLToPath } from 'node:url';
import type { CodeLens } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { ModuleModel } from '../../analysis/index.js';
import type { Feature, ServerContext } from '../../lsp/context.js';
import { rangeIn } from '../../lsp/ranges.js';
import { canonicalUri } from '../../lsp/uris.js';
import { runFolders } from '../runFiles.js';
import { type LatestRun, LatestRuns } from './latestRun.js';
import { offersOf } from './runnables.js';

export type { Runnable } from './runnables.js';

/** Lenses over the names of modules. */
export const codeLensFeature: Feature = {
  capabilities: () => ({ codeLensProvider: {} }),
  register(connection, context) {
    const runs = new LatestRuns();
    connection.onCodeLens(({ textDocument }, token) =>
      context.answer('code lenses', token, [], () => {
        const document = context.documents.get(textDocument.uri);
        if (!document) return [];
        const modules = context.analyzer.modules(canonicalUri(document.uri)).filter(({ isStale }) => !isStale);
        return modules.flatMap((module) => lensesOf(module, document, context, runs));
      }),
    );
  },
};

function lensesOf(
  module: ModuleModel,
  document: TextDocument,
  { client, folders, log }: Pick<ServerContext, 'client' | 'folders' | 'log'>,
  runs: LatestRuns,
): CodeLens[] {
  const range = rangeIn(document, module.nameRange);
  const offers = offersOf(module, document.uri, client.commands);
  const lenses = offers.map(({ title, command, runnable }) => ({
    range,
    command: { title, command, arguments: [runnable] },
  }));
  if (offers.length === 0) return lenses;
  try {
    const file = fileURLToPath(document.uri);
    const latest = runs.find(file, module.name, runFolders(canonicalUri(document.uri), folders));
    const title = latest && describe(latest);
    // A lens without a command is text.
    if (title) lenses.push({ range, command: { title, command: '', arguments: [] } });
  } catch (error) {
    log.report('reading the latest run', error); // the lenses that run something come all the same
  }
  return lenses;
}

/** `version_3: val_loss 0.312 · best epoch=4-step=200.ckpt`; undefined when there is nothing to tell. */
function describe({ name, metric, best }: LatestRun): string | undefined {
  const parts = [
    ...(metric ? [`${metric.name} ${Number(metric.value.toPrecision(4))}`] : []),
    ...(best === null ? [] : [`best ${best}`]),
  ];
  return parts.length === 0 ? undefined : `${name}: ${parts.join(' · ')}`;
}
