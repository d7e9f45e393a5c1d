import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pythonFolder } from './cache.mjs';
import { PINS } from './pins.mjs';

/** Prints nothing; fails when one of the packages is missing, or does not load in this Python. */
const IMPORTS = 'import numpy, safetensors, yaml, tensorboard.backend.event_processing.event_accumulator';

/**
 * A Python that can open the files we write: `LIGHTNING_PYTHON`, else the installed environment's, else `python3` when it
 * has the packages; or why there is none and how to get one.
 * @returns {{ found: true, python: string } | { found: false, reason: string }}
 * @throws when `LIGHTNING_PYTHON` lacks the packages: a wish that cannot be met must not turn into another Python.
 */
export function findPython() {
  const own = ownPython();
  if (own) {
    if (hasPackages(own)) return { found: true, python: own };
    const names = Object.keys(PINS.python).join(', ');
    throw new Error(`LIGHTNING_PYTHON is ${own}, which does not run or lacks one of ${names}. Correct or unset it.`);
  }
  const python = [environmentPython(), 'python3'].find(hasPackages);
  if (python) return { found: true, python };
  return {
    found: false,
    reason:
      'not found: a Python with safetensors, numpy, PyYAML and tensorboard (node scripts/ciTools/install.mjs, or set LIGHTNING_PYTHON)',
  };
}

/** The Python that the person named, if any. */
export function ownPython() {
  return process.env.LIGHTNING_PYTHON || undefined;
}

/** The installed environment's Python, whether it is there or not. */
export function environmentPython() {
  return join(pythonFolder(), 'bin', 'python');
}

/** @param {string} python */
export function hasPackages(python) {
  try {
    execFileSync(python, ['-c', IMPORTS], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * Makes a virtual environment with the pinned packages. It may be moved afterwards: only its Python is used, not its scripts.
 * @param {string} folder
 */
export function buildEnvironment(folder) {
  execFileSync('python3', ['-m', 'venv', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  const specs = Object.entries(PINS.python).map(([name, version]) => `${name}==${version}`);
  // Ready-made files only: building one of them would take a compiler and minutes.
  const options = ['--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary', ':all:'];
  execFileSync(join(folder, 'bin', 'python'), ['-m', 'pip', 'install', ...options, ...specs], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
