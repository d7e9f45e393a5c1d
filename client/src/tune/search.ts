import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { withoutChannel } from '../debug/debugConfiguration.js';
import { type RunRequest, startChild } from '../runs/index.js';
import type { Services } from '../services.js';
import { UserError } from '../userError.js';

/** What is searched for: the Trainer's option, and the name in what the command line writes. */
export type Search = 'learningRate' | 'batchSize';

/** What a search came to. */
export interface SearchResult {
  /** Null when it could not tell. */
  readonly value: number | null;
  /** A picture of the losses, of a learning rate. */
  readonly plot: string | undefined;
}

const OPTIONS = { learningRate: { autoLrFind: true }, batchSize: { autoScaleBatchSize: 'power' } } as const;
/** How much of the error output is shown. */
const MAX_TAIL = 1_500;

/**
 * Lets the Trainer search in a process of its own, which a person may cancel.
 * @returns undefined when it was cancelled. Throws `UserError` with what the process said when it failed
 */
export async function search(
  services: Services,
  request: RunRequest,
  wanted: Search,
): Promise<SearchResult | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'lightning-tune-'));
  const launch = await services.prepare({
    ...request,
    kind: 'fit',
    options: { ...request.options, ...OPTIONS[wanted], logger: false, enableCheckpointing: false },
  });
  const args = [...withoutChannel(launch.args), '--trainer.enableProgressBar', 'false', '--tune', folder];
  const title =
    wanted === 'learningRate'
      ? vscode.l10n.t('Searching for a learning rate')
      : vscode.l10n.t('Searching for the largest batch size');
  const isDone = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    (_progress, token) => childEnd(services, { ...launch, args }, token),
  );
  if (!isDone) return undefined;
  const found: unknown = JSON.parse(await readFile(join(folder, 'tune.json'), 'utf8'));
  const value = (found as Partial<Record<Search, unknown>>)[wanted]; // written by the command line
  return {
    value: typeof value === 'number' ? value : null,
    plot: wanted === 'learningRate' && typeof value === 'number' ? join(folder, 'lr.svg') : undefined,
  };
}

/** True when it ended well, false when it was cancelled. */
function childEnd(
  { log }: Services,
  launch: Parameters<typeof startChild>[0],
  token: vscode.CancellationToken,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let tail = '';
    const child = startChild(launch, {
      onMessage: () => undefined,
      onOutput(stream, text) {
        if (stream === 'stderr') tail = (tail + text).slice(-MAX_TAIL);
        log.info(text.trimEnd());
      },
      onExit({ code, error }) {
        cancelling.dispose();
        if (token.isCancellationRequested) resolve(false);
        else if (code === 0) resolve(true);
        else reject(new UserError(error?.message ?? (tail.trim() || vscode.l10n.t('The search failed. See the log.'))));
      },
    });
    const cancelling = token.onCancellationRequested(() => child.kill());
  });
}
