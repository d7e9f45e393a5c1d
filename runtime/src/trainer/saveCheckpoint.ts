import { holdMemory, isMemoryHeld } from '../accelerators/index.js';
import { Callback } from '../callbacks/index.js';
import { HeldTensor, releaseTensors } from '../checkpoint/index.js';
import { type ReadTensor, readTensor } from '../core/index.js';
import type { ActiveRun } from './activeRun.js';
import { dumpCheckpoint } from './checkpointConnector.js';
import { isOverriddenIn } from './hooks.js';
import type { Trainer } from './trainer.js';

/**
 * Writes the run as it stands. Weights and optimizer states are not copied for it but kept in the engine's memory until they are written,
 * where nobody else is to see them.
 */
export async function saveCheckpoint(
  trainer: Trainer,
  run: ActiveRun,
  path: string,
  weightsOnly: boolean,
): Promise<void> {
  const { checkpointIO } = trainer;
  if (!checkpointIO.takesHeldTensors || isSeenByHooks(trainer, run)) {
    await checkpointIO.saveCheckpoint(await dumpCheckpoint(trainer, run, weightsOnly), path);
    return;
  }
  const held: HeldTensor[] = [];
  const hold: ReadTensor = (tensor) => {
    const { dtype, shape } = tensor;
    if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') return readTensor(tensor); // which refuses it
    const memory = holdMemory(tensor);
    if (!memory) return readTensor(tensor);
    const kept = new HeldTensor(dtype, [...shape], memory);
    held.push(kept);
    return kept;
  };
  try {
    const checkpoint = await dumpCheckpoint(trainer, run, weightsOnly, hold);
    await checkpointIO.saveCheckpoint(checkpoint, path);
  } catch (error) {
    releaseTensors(held);
    throw error;
  }
}

/**
 * Before an update: weights of a checkpoint that has been written in the meantime are released now, which takes a turn of the event loop that
 * a step may not have had. Those of one that is not written yet are copied by the update.
 */
export async function letCheckpointsGo(): Promise<void> {
  // The first turn may be in the midst of the loop, and then has seen no input or output.
  for (let turn = 0; turn < 2 && isMemoryHeld(); turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Hooks may keep what they see: they get copies. */
function isSeenByHooks({ callbacks }: Trainer, { module }: ActiveRun): boolean {
  return (
    isOverriddenIn(module, 'onSaveCheckpoint') ||
    callbacks.some((callback) => callback.onSaveCheckpoint !== Callback.prototype.onSaveCheckpoint)
  );
}
