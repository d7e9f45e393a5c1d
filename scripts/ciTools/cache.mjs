import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { PINS } from './pins.mjs';

/** The folder that keeps the pinned tools between runs: `LIGHTNING_CI_CACHE`, or a folder in the user's cache. */
export function cacheFolder() {
  const { LIGHTNING_CI_CACHE: own, XDG_CACHE_HOME: xdg } = process.env;
  if (own) return resolve(own);
  return join(xdg || join(homedir(), '.cache'), 'lightning-typescript');
}

/** Where the pinned Node lies once it is installed. */
export function nodeFolder() {
  return join(cacheFolder(), `node-${PINS.node}`);
}

/** Where the pinned code-server lies once it is installed. */
export function codeServerFolder() {
  return join(cacheFolder(), `code-server-${PINS.codeServer}`);
}

/** Where the virtual environment with the pinned Python packages lies once it is installed. */
export function pythonFolder() {
  const { safetensors, numpy, PyYAML, tensorboard } = PINS.python;
  const versions = `safetensors-${safetensors}-numpy-${numpy}-pyyaml-${PyYAML}-tensorboard-${tensorboard}`;
  return join(cacheFolder(), `python-${versions}`);
}
