import { describe, expect, it } from 'vitest';
import * as tf from '../tf.js';
import {
  ACCELERATOR_NAMES,
  type AcceleratorName,
  accelerators,
  EngineError,
  type EngineName,
  startEngine,
} from './index.js';

describe('startEngine', () => {
  it("takes the wasm engine for 'auto' and says why", async () => {
    const engine = await startEngine('auto');
    expect(engine).toMatchObject({ accelerator: 'cpu', backend: 'wasm', readsAreFree: true });
    expect(engine.why).toContain('wasm');
    expect(tf.getBackend()).toBe('wasm');
  });

  it('can be called again, and switches engines on request', async () => {
    await startEngine('cpu');
    const reference = await startEngine('cpu', { engine: 'cpu' });
    expect([reference.backend, tf.getBackend()]).toEqual(['cpu', 'cpu']);
    const x = tf.tensor1d([1, 2]);
    await startEngine('cpu');
    expect([...tf.mul(x, 2).dataSync()]).toEqual([2, 4]); // made on one engine, used on the other
  });

  it('leaves the process its last-resort events', async () => {
    await startEngine('cpu');
    const emscripten = process.rawListeners('uncaughtException').filter((f) => String(f).includes('ExitStatus'));
    expect(emscripten).toEqual([]);
  });

  it.each(['gpu', 'cuda', 'mps', 'tpu', 'ipu'] as const)(
    'says that %s is not built yet, and what it needs',
    async (name) => {
      const error = await startEngine(name).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(EngineError);
      expect(error).toMatchObject({ code: 'accelerator-not-available' });
      expect((error as EngineError).message).toMatch(
        /not built yet\. .*install|not built yet\. .*(tfjs-node-gpu|webgpu)/,
      );
    },
  );

  it.each([
    { accelerator: 'xpu', engine: undefined, code: 'unknown-accelerator', names: /"xpu".*auto, cpu, gpu/ },
    { accelerator: 'cpu', engine: 'fast', code: 'unknown-engine', names: /"fast".*wasm, cpu/ },
  ])('names what is allowed: $code', async ({ accelerator, engine, code, names }) => {
    // As from a command line, which the types do not reach.
    const started = startEngine(accelerator as AcceleratorName, { engine: engine as EngineName | undefined });
    const error = await started.catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).toMatch(names);
  });

  it('has a row for every name', () => {
    expect([...accelerators.keys()].sort()).toEqual(ACCELERATOR_NAMES.filter((name) => name !== 'auto').sort());
  });
});
