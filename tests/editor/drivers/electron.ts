import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath, runTests } from '@vscode/test-electron';
import type { SuiteRun } from './suiteRun.js';

/** What the desktop driver needs beyond the run itself. */
export interface ElectronSuiteRun extends SuiteRun {
  /** The packaged extension to install, absolute. */
  readonly vsix: string;
  /** Keeps the profile and the extensions of this run only. */
  readonly dataFolder: string;
  /** The VS Code to use; undefined downloads the stable one. */
  readonly executable: string | undefined;
  /** Added to the environment of the extension host. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Runs the Mocha suite in the desktop VS Code.
 * @throws when a test failed, the package could not be installed, or VS Code could not be had
 */
export async function runSuiteInElectron(run: ElectronSuiteRun): Promise<void> {
  const executable = run.executable ?? (await downloadAndUnzipVSCode('stable'));
  const profile = [
    '--extensions-dir',
    join(run.dataFolder, 'extensions'),
    '--user-data-dir',
    join(run.dataFolder, 'profile'),
  ];
  installExtension(executable, profile, run.vsix);
  await runTests({
    vscodeExecutablePath: executable,
    extensionDevelopmentPath: run.hostExtension,
    extensionTestsPath: run.suite,
    extensionTestsEnv: { ...run.env },
    launchArgs: [run.workspace, '--disable-workspace-trust', ...profile],
  });
}

function installExtension(executable: string, profile: readonly string[], vsix: string): void {
  const [cli, ...args] = resolveCliArgsFromVSCodeExecutablePath(executable, { reuseMachineInstall: true });
  if (cli === undefined) throw new Error(`${executable} has no command line of its own`);
  const command = [...args, ...profile, '--install-extension', vsix, '--force'];
  const { status, stdout, stderr } = spawnSync(cli, command, {
    encoding: 'utf8',
    shell: process.platform === 'win32', // there the command line is a .cmd file
  });
  if (status !== 0) throw new Error(`VS Code did not install ${vsix} (exit code ${status}):\n${stdout}${stderr}`);
}
