import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How long the server may take to say its address; a cold disk takes seconds, not minutes. */
const START_DEADLINE_MS = 60_000;
const INSTALL_DEADLINE_MS = 120_000;

/** A quiet window: no chat, no experiments, no welcome page, no git prompts. */
const SETTINGS = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.autoDetectColorScheme': true, // so that a test can switch themes as the machine would
  'workbench.enableExperiments': false,
  'workbench.preferredDarkColorTheme': 'Default Dark Modern',
  'workbench.preferredLightColorTheme': 'Default Light Modern',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
};

/** What a VS Code server needs to start. */
export interface ServerConfig {
  /** The Node to run it with. */
  readonly node: string;
  /** The server's `server-main.js`. */
  readonly codeServer: string;
  /** Keeps settings, extensions and state; made when missing. */
  readonly dataFolder: string;
  /** Everything the server and its extension hosts print is added here. */
  readonly logFile: string;
  /** Added to the environment of the server, and so of its extension hosts. */
  readonly env: Readonly<Record<string, string>>;
}

/** A running VS Code server, on this machine only; stops when disposed. */
export class VscodeServer implements AsyncDisposable {
  readonly #child: ChildProcess;
  /** `127.0.0.1:<port>`, as its web and its `vscode-remote` addresses have it. */
  readonly authority: string;
  readonly #killOnExit = () => this.#signal('SIGKILL');

  private constructor(child: ChildProcess, authority: string) {
    this.#child = child;
    this.authority = authority;
    process.once('exit', this.#killOnExit);
  }

  /**
   * Starts the server.
   * @param options.testDriver let a window's payload name a test suite; such a window shows no notifications
   * @throws when it exits or says no address in time
   */
  static async start(config: ServerConfig, { testDriver }: { testDriver: boolean }): Promise<VscodeServer> {
    writeSettings(config.dataFolder);
    const flags = ['--host', '127.0.0.1', '--port', '0', '--disable-workspace-trust'];
    // Without it a built VS Code ignores the test keys of the payload.
    if (testDriver) flags.push('--enable-smoke-test-driver');
    const child = spawn(config.node, serverArguments(config, flags), {
      env: serverEnvironment(config.env),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // its own process group, so that its extension hosts go with it
    });
    const port = await withDeadline(portOf(child, config.logFile), START_DEADLINE_MS, () => {
      child.kill('SIGKILL');
      return `the VS Code server did not start within ${START_DEADLINE_MS / 1000} s; see ${config.logFile}`;
    });
    return new VscodeServer(child, `127.0.0.1:${port}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    process.off('exit', this.#killOnExit);
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#signal('SIGKILL'); // nothing of it is kept, so there is nothing to end in good order
    await gone;
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, signal);
    } catch {
      // the group is gone already
    }
  }
}

/** Installs a packaged extension for a server that will use the same data folder. @throws with the server's words */
export async function installExtension(config: ServerConfig, vsix: string): Promise<void> {
  const child = spawn(config.node, serverArguments(config, ['--install-extension', vsix, '--force']), {
    env: serverEnvironment(config.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collectOutput(child, config.logFile);
  const [code] = await withDeadline(once(child, 'exit'), INSTALL_DEADLINE_MS, () => {
    child.kill('SIGKILL');
    return `installing ${vsix} did not end within ${INSTALL_DEADLINE_MS / 1000} s; see ${config.logFile}`;
  });
  // The exit code alone does not tell: some failures are only said.
  if (code !== 0 || !/was successfully installed/.test(output())) {
    throw new Error(`VS Code did not install ${vsix} (exit code ${code}):\n${output().trim()}`);
  }
}

function serverArguments(config: ServerConfig, more: readonly string[]): string[] {
  return [
    config.codeServer,
    '--accept-server-license-terms',
    '--disable-telemetry',
    '--without-connection-token',
    '--server-data-dir',
    config.dataFolder,
    ...more,
  ];
}

/** This process's environment less what would make the server believe that it runs inside another VS Code or npm. */
function serverEnvironment(more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const foreign = /^(VSCODE_|CODE_SERVER_|ELECTRON_|npm_|NODE_OPTIONS$)/i;
  const own = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(own), ...more };
}

function writeSettings(dataFolder: string): void {
  for (const scope of ['User', 'Machine']) {
    const folder = join(dataFolder, 'data', scope);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'settings.json'), JSON.stringify(SETTINGS, null, 2));
  }
}

function collectOutput(child: ChildProcess, logFile: string, onText: (all: string) => void = () => {}): () => string {
  let all = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      all += text;
      appendFileSync(logFile, text);
      onText(all);
    });
  }
  return () => all;
}

function portOf(child: ChildProcess, logFile: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const output = collectOutput(child, logFile, (all) => {
      const port = /Web UI available at http:\/\/[^\s:/]+:(\d+)/.exec(all)?.[1];
      if (port !== undefined) resolve(port);
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      reject(new Error(`the VS Code server ended at once (${signal ?? `exit code ${code}`}):\n${output().trim()}`));
    });
  });
}

/** Rejects with `message()` when a promise is not settled in time: a limit, never a wait. */
export async function withDeadline<T>(promise: Promise<T>, ms: number, message: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(message())), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
