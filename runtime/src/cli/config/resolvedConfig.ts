import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { OptionRow } from '../../trainer/optionTable.js';
import { toJson } from '../plainJson.js';

/** All that determines a run, for `--print-config` and `config.yaml`. */
export interface ResolvedConfig {
  readonly seed: number | undefined;
  readonly ckptPath: string | undefined;
  /** Options of the Trainer as given, plain. */
  readonly trainer: Readonly<Record<string, unknown>>;
  readonly model: { readonly name: string; readonly hparams: Readonly<Record<string, unknown>> };
  readonly data: ResolvedConfig['model'] | undefined;
}

/** The configuration as YAML, which `--config` reads: every option of the Trainer, with its default where none was given. */
export function configText(config: ResolvedConfig, options: Readonly<Record<string, OptionRow>>): string {
  const defaults = Object.entries(options).map(([name, row]) => [name, row.default ?? null] as const);
  const classText = ({ name, hparams }: ResolvedConfig['model']) => ({ class_path: name, init_args: toJson(hparams) });
  const tree = {
    seedEverything: config.seed ?? null,
    trainer: { ...Object.fromEntries(defaults), ...config.trainer },
    model: classText(config.model),
    ...(config.data && { data: classText(config.data) }),
    ckptPath: config.ckptPath ?? null,
  };
  return stringify(tree, { aliasDuplicateObjects: false });
}

/** Writes `config.yaml` into a run directory, whole or not at all, as LightningCLI's SaveConfigCallback does. */
export function saveConfig(directory: string, text: string): void {
  const path = join(directory, 'config.yaml');
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(directory, { recursive: true });
    const file = openSync(temporary, 'w');
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    process.emitWarning(`config.yaml cannot be written; the run goes on: ${String(error)}`);
  }
}
