import * as tf from '../tf.js';
import '../tfBackends.js';
import type { AcceleratorRow, Engine, EngineName } from './accelerator.js';
import { EngineError } from './engineError.js';
import { threadCount } from './threads.js';
import { startWasmBackend } from './wasm/startWasmBackend.js';

/** The processor, by the engines that come inside this package: wasm, or tfjs's plain JavaScript reference. */
export const cpuAccelerator: AcceleratorRow = {
  name: 'cpu',
  isAvailable: async () => true,
  async start({ engine = 'wasm', threads }): Promise<Engine> {
    await STARTERS[engine](threadCount(threads));
    return { accelerator: 'cpu', backend: engine, why: REASONS[engine], readsAreFree: true };
  },
};

const STARTERS: Readonly<Record<EngineName, (threads: number) => Promise<void>>> = {
  wasm: startWasmBackend,
  cpu: startReference,
};

const REASONS: Readonly<Record<EngineName, string>> = {
  wasm: 'The processor, with the wasm engine: the fastest that comes inside the package.',
  cpu: "The processor, with tfjs's reference engine in plain JavaScript, because it was asked for; it is slow.",
};

async function startReference(): Promise<void> {
  if (await tf.setBackend('cpu')) return;
  throw new EngineError({
    code: 'engine-start-failed',
    found: "tfjs's `cpu` backend did not start.",
    allowed: 'any Node; it needs nothing else',
    fix: 'Reinstall lightning-tfjs: its files are not complete.',
  });
}
