import * as vscode from 'vscode';
import type { RunEnd } from '../runs/index.js';
import { chooseRunnable } from './chooseRunnable.js';
import { defineCommand } from './command.js';
import { runToEnd } from './runToEnd.js';

const PROFILERS = ['simple', 'advanced', 'kernels'] as const;
type Profiler = (typeof PROFILERS)[number];

/** `Lightning: Profile Fit`: trains a module with a profiler, and shows the flamegraph as it grows. */
export const profileFit = defineCommand({
  id: 'lightning.profileFit',
  needsTrust: true,
  /** How the run ended. Undefined when nothing was chosen or the run could not be started. */
  async execute(services, runnable?: unknown, named?: unknown): Promise<RunEnd | undefined> {
    const chosen = await chooseRunnable(services, 'lightning.fit', runnable);
    if (!chosen) return undefined;
    const profiler = PROFILERS.find((known) => known === named) ?? (await pickProfiler());
    if (!profiler) return undefined;
    const { runs, flamegraphs } = services;
    let isOpen = false;
    const listener = runs.onChange(({ run, change: { event } }) => {
      const isOurs = run.request.file === chosen.file && run.request.options.profiler === profiler;
      if (isOpen || !isOurs || event?.type !== 'profile' || event.files.spans === null) return;
      isOpen = true;
      flamegraphs.open(event.files.spans).then(undefined, (error: unknown) => services.log.error(String(error)));
    });
    try {
      return await runToEnd(
        services,
        { ...chosen, options: { ...chosen.options, profiler } },
        { showDashboard: false },
      );
    } finally {
      listener.dispose();
    }
  },
});

async function pickProfiler(): Promise<Profiler | undefined> {
  const items: (vscode.QuickPickItem & { readonly profiler: Profiler })[] = [
    { profiler: 'kernels', label: 'kernels', description: vscode.l10n.t('Hooks, and every kernel of the engine') },
    {
      profiler: 'simple',
      label: 'simple',
      description: vscode.l10n.t('Hooks and parts of the loops; costs next to nothing'),
    },
    { profiler: 'advanced', label: 'advanced', description: vscode.l10n.t('Hooks, and the functions of your code') },
  ];
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Which profiler?') });
  return picked?.profiler;
}
