import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { codeServerFolder, nodeFolder } from './cache.mjs';
import { PINS } from './pins.mjs';

const CHROMIUM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * Chromium's executable: `CHROMIUM_PATH`, else the first known name in `PATH`.
 * @returns {string | undefined}
 * @throws when `CHROMIUM_PATH` names no file: a wish that cannot be met must not turn into another browser.
 */
export function findChromium() {
  const wanted = process.env.CHROMIUM_PATH;
  if (wanted) {
    if (existsSync(wanted)) return wanted;
    throw new Error(`CHROMIUM_PATH is ${wanted}, and there is no such file. Correct or unset it.`);
  }
  for (const name of CHROMIUM_NAMES) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      if (folder && existsSync(join(folder, name))) return join(folder, name);
    }
  }
  return undefined;
}

/**
 * The pinned Node's executable.
 * @returns {string | undefined}
 */
export function findNode() {
  const path = join(nodeFolder(), 'bin', 'node');
  return existsSync(path) ? path : undefined;
}

/**
 * The start file of the VS Code server inside the pinned code-server.
 * @returns {string | undefined}
 */
export function findCodeServer() {
  const path = join(codeServerFolder(), 'lib', 'vscode', 'out', 'server-main.js');
  return existsSync(path) ? path : undefined;
}

/**
 * Everything the code-server lane needs, or what is missing of it and how to get it.
 * @returns {{ found: true, chromium: string, node: string, codeServer: string } | { found: false, reason: string }}
 */
export function findEditorTools() {
  const chromium = findChromium();
  const node = findNode();
  const codeServer = findCodeServer();
  if (chromium && node && codeServer) return { found: true, chromium, node, codeServer };
  const missing = [
    !chromium && 'Chromium (install it, or set CHROMIUM_PATH)',
    !node && `Node ${PINS.node} (node scripts/ciTools/install.mjs)`,
    !codeServer && `code-server ${PINS.codeServer} (node scripts/ciTools/install.mjs)`,
  ].filter(Boolean);
  return { found: false, reason: `not found: ${missing.join('; ')}` };
}
