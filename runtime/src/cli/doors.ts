import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { codeFolder } from '../sourceMaps/index.js';

/** What users' files import by name and we provide ourselves: the URL of the running module by import name. */
export type Doors = ReadonlyMap<string, string>;

/** Names of TensorFlow.js, all of which are our one copy; `tf.data` is a file of its own, with its own names. */
export const TENSORFLOW_NAMES = [
  '@tensorflow/tfjs',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-layers',
  '@tensorflow/tfjs-data',
] as const;

/**
 * The doors of the package that is running. A user's `lightning-tfjs` must be this one, wherever their node_modules has
 * another: classes and tensors of two copies do not know each other.
 */
export function runningDoors(): Doors {
  const url = (file: string) => pathToFileURL(join(codeFolder, file)).href;
  return new Map([
    ['lightning-tfjs', url('index.js')],
    ['lightning-tfjs/hooks', url('hooks.js')],
    ['lightning-tfjs/options', url('options.js')],
    ['lightning-tfjs/protocol', url('protocol.js')],
    ['lightning-tfjs/runs', url('runs.js')],
    ['lightning-tfjs/checkpoints', url('checkpoints.js')],
    ...TENSORFLOW_NAMES.map((name) => [name, url(name.endsWith('-data') ? 'tfData.js' : 'tf.js')] as const),
  ]);
}
