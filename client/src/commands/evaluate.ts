import * as vscode from 'vscode';
import type { RunEnd, RunRequest } from '../runs/index.js';
import type { Services } from '../services.js';
import { chooseRunnable } from './chooseRunnable.js';
import { runToEnd } from './runToEnd.js';

/** The runs that train nothing, and so want weights. */
export type Evaluation = 'validate' | 'test' | 'predict';

/**
 * Runs a module's validation, test or prediction loop; what `Lightning: Validate`, `Test` and `Predict` do.
 * @param checkpoint path of the weights; null for those that the constructor makes; asked for when it is anything else
 * @returns how the run ended; undefined when a question was dismissed or the run could not be started
 */
export async function evaluate(
  services: Services,
  kind: Evaluation,
  runnable: unknown,
  checkpoint: unknown,
): Promise<RunEnd | undefined> {
  const chosen = await chooseRunnable(services, `lightning.${kind}`, runnable);
  if (!chosen) return undefined;
  const weights = typeof checkpoint === 'string' || checkpoint === null ? checkpoint : await pickWeights(services);
  if (weights === undefined) return undefined;
  const request: RunRequest = { ...chosen, kind, ...(weights !== null && { checkpoint: weights }) };
  return runToEnd(services, request, { showDashboard: services.settings().openDashboardOnFit });
}

/** Null: none. Undefined: the question was dismissed. With no checkpoint in the workspace nothing is asked. */
async function pickWeights({ checkpoints }: Services): Promise<string | null | undefined> {
  const nodes = await checkpoints.all();
  if (nodes.length === 0) return null;
  const items: (vscode.QuickPickItem & { readonly path: string | null })[] = [
    ...nodes.map((node) => ({
      label: node.checkpoint.name,
      description: [node.run.name, node.run.moduleName].filter(Boolean).join(' · '),
      path: node.checkpoint.path,
    })),
    {
      label: vscode.l10n.t('Without a checkpoint'),
      description: vscode.l10n.t('Weights as the constructor makes them'),
      path: null,
    },
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('With which weights?'),
    matchOnDescription: true,
  });
  return chosen?.path;
}
