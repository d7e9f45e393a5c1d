import { readFile, stat } from 'node:fs/promises';
import { parse } from 'yaml';
import { MisconfigurationError } from '../errors/index.js';

/** Hyperparameters are a few lines; a larger file is something else. */
const MAX_BYTES = 1 << 20;
const MAX_ALIASES = 100;

/**
 * Reads a file of hyperparameters, such as the `hparams.yaml` that loggers write.
 * @throws MisconfigurationError when it is not there, is too large, or does not hold names and values
 */
export async function readHyperparametersFile(path: string): Promise<Record<string, unknown>> {
  if (!/\.ya?ml$/i.test(path)) throw unreadable(path, 'has another ending than a file of hyperparameters.');
  const content = parsed(path, await readText(path));
  if (content === null) return {}; // an empty file
  if (typeof content !== 'object' || Array.isArray(content)) throw unreadable(path, 'does not hold names and values.');
  return Object.fromEntries(Object.entries(content).filter(([name]) => name !== '__proto__'));
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) throw unreadable(path, `has ${size} bytes, where ${MAX_BYTES} are the limit.`);
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof MisconfigurationError) throw cause;
    throw unreadable(path, `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`, cause);
  }
}

/** Python's own tags, such as that of a tuple, mean their plain values. */
function parsed(path: string, text: string): unknown {
  try {
    return parse(text, { logLevel: 'error', maxAliasCount: MAX_ALIASES });
  } catch (cause) {
    throw unreadable(
      path,
      `is no YAML: ${cause instanceof Error ? cause.message.split('\n')[0] : String(cause)}`,
      cause,
    );
  }
}

function unreadable(path: string, found: string, cause?: unknown): MisconfigurationError {
  return new MisconfigurationError({
    code: 'hyperparameters-file',
    found: `The file of hyperparameters ${path} ${found}`,
    allowed: 'a .yaml or .yml file with lines such as lr: 0.001',
    cause,
  });
}
