import type { Checkpoint } from './checkpoint.js';
import { CheckpointError } from './checkpointError.js';
import { TorchObject } from './torch/allowList.js';

/**
 * Refuses a checkpoint that holds, in place of some values, the names of Python's classes: what `torch.load(weights_only=True)` refuses,
 * too. Such objects are never made here; this is for those who want to know that nothing is missing.
 * @throws CheckpointError naming the first of them
 */
export function checkPlainContent(path: string, checkpoint: Checkpoint): void {
  const found = findObject(checkpoint, []);
  if (!found) return;
  throw new CheckpointError(path, {
    code: 'checkpoint-value',
    found: `holds an object of the Python class ${found.name} at \`${found.place.join('.')}\`, and \`weightsOnly\` is true.`,
    allowed: 'tensors, numbers, texts, lists and objects of these',
    fix: 'Leave weightsOnly out to load the rest: nothing of a file is ever executed.',
  });
}

function findObject(
  value: unknown,
  place: readonly string[],
): { readonly name: string; readonly place: readonly string[] } | undefined {
  if (value instanceof TorchObject) return { name: value.className, place };
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return undefined;
  const entries: Iterable<readonly [unknown, unknown]> = value instanceof Map ? value : Object.entries(value);
  for (const [key, inner] of entries) {
    const found = findObject(inner, [...place, String(key)]);
    if (found) return found;
  }
  return undefined;
}
