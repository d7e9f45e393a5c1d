import * as tf from '../tf.js';
import {
  ACCELERATOR_NAMES,
  type AcceleratorName,
  type AcceleratorRow,
  type ConcreteAcceleratorName,
  ENGINE_NAMES,
  type Engine,
  type StartOptions,
} from './accelerator.js';
import { cpuAccelerator } from './cpu.js';
import { EngineError } from './engineError.js';
import { registerGradients } from './gradients/index.js';
import { registerReferenceKernels } from './kernels/index.js';
import { speedUpLSTM } from './layers/lstmCell.js';
import { notBuiltAccelerators } from './notBuilt.js';

/** Every accelerator by name. A further one is one more row. */
export const accelerators: ReadonlyMap<ConcreteAcceleratorName, AcceleratorRow> = new Map(
  [cpuAccelerator, ...notBuiltAccelerators].map((row) => [row.name, row]),
);

/** The order in which `auto` asks: the fastest kind of hardware first. */
const AUTO_ORDER: readonly ConcreteAcceleratorName[] = ['gpu', 'cpu'];

/**
 * Starts the engine of an accelerator, makes it tfjs's active backend, corrects its kernels and gradients, and puts
 * tfjs in production mode. Starting again is harmless; starting another engine switches to it.
 * Throws `EngineError` for an unknown name and for an accelerator that cannot be started here.
 */
export async function startEngine(accelerator: AcceleratorName, options: StartOptions = {}): Promise<Engine> {
  const rows = rowsFor(accelerator);
  checkEngineName(options);
  // Production mode drops tfjs's checks on every call, and its advice to install another backend.
  tf.enableProdMode();
  registerGradients();
  registerReferenceKernels();
  speedUpLSTM();
  for (const row of rows) {
    if (accelerator !== 'auto' || (await row.isAvailable())) return row.start(options);
  }
  throw new EngineError({
    code: 'accelerator-not-available',
    found: `accelerator: '${accelerator}' found no engine on this machine.`,
    allowed: `one of these that can start: ${AUTO_ORDER.join(', ')}`,
    fix: "Use accelerator: 'cpu' to see why its engine does not start.",
  });
}

/** Names come from command lines and JavaScript too, so the type is not enough. */
function rowsFor(accelerator: AcceleratorName): readonly AcceleratorRow[] {
  const names = accelerator === 'auto' ? AUTO_ORDER : [accelerator];
  const rows = names.map((name) => accelerators.get(name)).filter((row) => row !== undefined);
  if (rows.length > 0) return rows;
  throw new EngineError({
    code: 'unknown-accelerator',
    found: `accelerator is ${JSON.stringify(accelerator)}.`,
    allowed: ACCELERATOR_NAMES.join(', '),
    fix: "Use 'auto' to let the machine decide.",
  });
}

function checkEngineName({ engine }: StartOptions): void {
  if (engine === undefined || ENGINE_NAMES.includes(engine)) return;
  throw new EngineError({
    code: 'unknown-engine',
    found: `engine is ${JSON.stringify(engine)}.`,
    allowed: ENGINE_NAMES.join(', '),
    fix: "Leave it out for the fastest; 'cpu' is the slow reference.",
  });
}
