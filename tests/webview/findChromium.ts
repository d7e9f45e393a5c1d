import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The browser to test with: `CHROMIUM_PATH`, or `chromium` on the PATH. In CI it must be there; elsewhere tests may be skipped. */
export function findChromium(): string | undefined {
  const named = process.env.CHROMIUM_PATH;
  if (named) return named;
  const found = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((directory) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(directory, name)))
    .find(isExecutable);
  if (found) return found;
  const missing = 'No Chromium was found: install it, or set CHROMIUM_PATH.';
  if (process.env.CI) throw new Error(missing);
  console.warn(`${missing} The tests of the webview are skipped.`);
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
