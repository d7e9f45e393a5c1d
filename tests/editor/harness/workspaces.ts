import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** Left behind when a folder is copied: what runs write, and what installs bring. */
const NOT_COPIED = new Set(['node_modules', 'lightning_logs', 'dist', 'scratch.mjs']);

/** A temporary folder for one run of the tests, gone when disposed. */
export class TemporaryFolder implements Disposable {
  readonly path: string;

  constructor(prefix: string) {
    // The real path: VS Code compares paths as text, and a temporary folder may lie behind a link.
    this.path = realpathSync(mkdtempSync(join(tmpdir(), prefix)));
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/**
 * Copies a folder to be opened as a workspace, so that runs leave the repository as it was.
 * @returns the copy
 */
export function copyWorkspace(source: string, target: string): string {
  cpSync(source, target, { recursive: true, filter: (path) => !NOT_COPIED.has(basename(path)) });
  return target;
}

/** Makes `lightning-tfjs` a package of the workspace, as an install would: for the editor's types, and as its own runtime. */
export function linkPackage(workspace: string, repository: string): void {
  const modules = join(workspace, 'node_modules');
  mkdirSync(join(modules, '@types'), { recursive: true });
  symlinkSync(join(repository, 'runtime'), join(modules, 'lightning-tfjs'), 'junction');
  symlinkSync(join(repository, 'node_modules/@types/node'), join(modules, '@types/node'), 'junction');
}

/** Runs of the workspace are short. */
export function limitEpochs(workspace: string, maxEpochs: number): void {
  mkdirSync(join(workspace, '.vscode'), { recursive: true });
  const settings = { 'lightning.trainerOptions': { maxEpochs } };
  writeFileSync(join(workspace, '.vscode/settings.json'), JSON.stringify(settings));
}
