import { readdir } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import type { RunRecord } from '../runs/runRecord.js';
import type { Services } from '../services.js';
import { UserError } from '../userError.js';
import { defineCommand } from './command.js';

/** So many runs are looked through for one that was profiled, newest first. */
const MAX_RUNS = 20;
const PROFILE_FILE = /\.(spans\.ndjson|cpuprofile)$/i;

/** `Lightning: Open Flamegraph`: of a file, of a run, or of the newest run that was profiled. */
export const openFlamegraph = defineCommand({
  id: 'lightning.openFlamegraph',
  needsTrust: false,
  /** Path of the profile that is shown. Throws `UserError` when there is none. */
  async execute({ runs, flamegraphs }, target?: unknown): Promise<string | undefined> {
    const path = fileOf(target) ?? (await profileOf(runs, target));
    if (path === undefined) {
      throw new UserError(
        vscode.l10n.t('No profile was found. Profile a run with the command {0}.', 'Lightning: Profile Fit'),
      );
    }
    await flamegraphs.open(path);
    return path;
  },
});

/** A profile that is named by its place: a file of the explorer, or a path. */
function fileOf(target: unknown): string | undefined {
  const path = target instanceof vscode.Uri && target.scheme === 'file' ? target.fsPath : target;
  return typeof path === 'string' && isAbsolute(path) && PROFILE_FILE.test(path) ? path : undefined;
}

async function profileOf(runs: Services['runs'], target: unknown): Promise<string | undefined> {
  const id = idOf(target);
  const named = id === undefined ? undefined : runs.record(id);
  for (const run of named ? [named] : runs.records.slice(0, MAX_RUNS)) {
    const path = run.model.profile?.files.spans ?? (await spansIn(run));
    if (path !== null) return path;
  }
  return undefined;
}

/** The id of a run, as callers and views name it: a string, a run, or a row of a view that has one. */
function idOf(target: unknown): string | undefined {
  if (typeof target === 'string') return target;
  if (typeof target !== 'object' || target === null) return undefined;
  const { id, run, record } = target as Readonly<Record<'id' | 'run' | 'record', unknown>>;
  if (typeof run === 'object' && run !== null) return idOf(run);
  if (typeof record === 'object' && record !== null) return idOf(record);
  return typeof id === 'string' ? id : undefined;
}

/** The span file in a run's directory: a run on disk does not tell of it until all its events were read. */
async function spansIn({ directory }: RunRecord): Promise<string | null> {
  if (directory === null) return null;
  try {
    const name = (await readdir(directory)).filter((file) => file.endsWith('.spans.ndjson')).sort()[0];
    return name === undefined ? null : join(directory, name);
  } catch {
    return null; // the directory is gone
  }
}
