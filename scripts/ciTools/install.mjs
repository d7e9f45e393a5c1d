/**
 * Brings the pinned Node, code-server and Python packages into the cache folder: `node scripts/ciTools/install.mjs`.
 * What is there already is left alone. Each tool is put together in a folder beside its place and then renamed, so a
 * run that was cut off leaves nothing half-made behind, and two runs at once do not disturb each other.
 *
 * code-server's own install script would build a dozen native modules. The VS Code server needs none of them: it
 * starts, runs extensions, terminals and file watching with the binaries that npm packages bring along. Only spdlog is
 * built, when this machine has a compiler: without it the editor's log channels stay empty.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cacheFolder, codeServerFolder, nodeFolder, pythonFolder } from './cache.mjs';
import { findNode } from './find.mjs';
import { PINS } from './pins.mjs';
import { buildEnvironment, environmentPython, hasPackages, ownPython } from './python.mjs';

const ATTEMPTS = 3;
/** How the names of half-made tools begin. */
const UNFINISHED = '.installing-';
/** No install takes this long: a half-made tool of this age belongs to a run that was killed. */
const LEFTOVER_AGE_MS = 6 * 3_600_000;
const QUIET = ['--no-audit', '--no-fund', '--loglevel=error'];

/** Installs what is missing; says what it does, one line a tool. */
export function installTools() {
  mkdirSync(cacheFolder(), { recursive: true });
  removeLeftovers();
  if (findNode()) say(`node ${PINS.node}: there`);
  else place(nodeFolder(), `node ${PINS.node}`, (folder) => unpack(nodePackage(), folder));

  if (existsSync(codeServerFolder())) say(`code-server ${PINS.codeServer}: there`);
  else place(codeServerFolder(), `code-server ${PINS.codeServer}`, installCodeServer);

  installPython();
}

function installPython() {
  if (ownPython()) return say('python packages: LIGHTNING_PYTHON is set');
  if (hasPackages(environmentPython())) return say('python packages: there');
  // An environment stops working when the Python that it was made with goes.
  rmSync(pythonFolder(), { recursive: true, force: true });
  place(pythonFolder(), 'python packages', buildEnvironment);
}

/** @param {string} folder */
function installCodeServer(folder) {
  unpack(`code-server@${PINS.codeServer}`, folder);
  // The outer program (login, proxy) is never started, so its own dependencies stay away.
  for (const part of ['lib/vscode', 'lib/vscode/extensions']) {
    // `install`, not `ci`: the shrinkwrap that ships in lib/vscode is out of step with its package.json.
    npm(['install', '--ignore-scripts', '--omit=dev', '--no-save', ...QUIET], join(folder, part));
  }
  buildLogger(join(folder, 'lib', 'vscode'));
}

/**
 * Builds spdlog with the headers of the Node that will load it.
 * @param {string} folder
 */
function buildLogger(folder) {
  const env = {
    ...process.env,
    PATH: `${join(nodeFolder(), 'bin')}${delimiter}${process.env.PATH}`,
    npm_config_nodedir: nodeFolder(),
  };
  try {
    npm(['rebuild', '--ignore-scripts=false', '@vscode/spdlog', ...QUIET], folder, env);
  } catch {
    say(
      `code-server ${PINS.codeServer}: spdlog was not built (python3, make and g++ do it); its log channels stay empty`,
    );
  }
}

function removeLeftovers() {
  for (const name of readdirSync(cacheFolder())) {
    const path = join(cacheFolder(), name);
    if (!name.startsWith(UNFINISHED) || Date.now() - statSync(path).mtimeMs < LEFTOVER_AGE_MS) continue;
    rmSync(path, { recursive: true, force: true });
  }
}

function nodePackage() {
  return `node-${process.platform}-${process.arch}@${PINS.node}`;
}

/**
 * Builds a tool in a folder of its own, then moves it to its place.
 * @param {string} target
 * @param {string} name
 * @param {(folder: string) => void} build
 */
function place(target, name, build) {
  const started = Date.now();
  for (let attempt = 1; ; attempt++) {
    const folder = mkdtempSync(join(cacheFolder(), UNFINISHED));
    try {
      build(folder);
      renameSync(folder, target);
      return say(`${name}: installed in ${Math.round((Date.now() - started) / 1000)} s`);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      if (existsSync(target)) return say(`${name}: installed by another run meanwhile`);
      const reason = error instanceof Error ? error.message : String(error);
      if (attempt === ATTEMPTS) throw new Error(`${name} could not be installed: ${reason}`, { cause: error });
      say(`${name}: attempt ${attempt} failed (${reason}); trying again`);
    }
  }
}

/**
 * A registry package's files, without its dependencies; npm checks their integrity.
 * @param {string} spec
 * @param {string} folder
 */
function unpack(spec, folder) {
  npm(['pack', spec, '--pack-destination', folder, '--loglevel=error'], folder);
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (!archive) throw new Error(`npm pack ${spec} wrote no archive`);
  execFileSync('tar', ['-xzf', archive, '--strip-components=1'], { cwd: folder });
  rmSync(join(folder, archive));
}

/**
 * @param {string[]} args
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} [env]
 */
function npm(args, cwd, env = process.env) {
  execFileSync('npm', args, { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** @param {string} line */
function say(line) {
  console.log(`  ${line}`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) installTools();
