import type { Reference } from '../facts.js';
import { PACKAGE } from '../resolve.js';

/** Name of an export of our package, or of tfjs under `tf.`: `Trainer`, `optim.Adam`, `tf.tidy`. Null for anything else. */
export function apiName(reference: Reference): string | null {
  if (reference.kind !== 'import') return null;
  const { module, path } = reference;
  const names = path[0] === 'default' ? path.slice(1) : path;
  if (module === PACKAGE) return names.length > 0 ? names.join('.') : null;
  return module.startsWith('@tensorflow/') ? ['tf', ...names].join('.') : null;
}
