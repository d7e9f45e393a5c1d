import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunEvent } from '../../../runtime/src/protocol/index.js';
import { type Contestant, race, summarize } from '../measure.js';
import type { Result } from '../report.js';

const TARGET_MS = 1500;
const root = fileURLToPath(new URL('../../../', import.meta.url)); // from the bundle in dist/
/** What the .vsix holds of esbuild-wasm. */
const ESBUILD_WASM = ['package.json', 'bin', 'lib', 'esbuild.wasm', 'wasm_exec.js', 'wasm_exec_node.js'];

/** How long a person waits for the first step. */
export async function start(): Promise<Result> {
  const packed = mkdtempSync(join(tmpdir(), 'lightning-bench-'));
  try {
    packLikeVsix(packed);
    const native = lightning('lightning fit, esbuild', root);
    // Nothing on the PATH and no node_modules above: the command line is left with what it brings along.
    const portable = lightning('lightning fit, esbuild-wasm', packed, { PATH: '' });
    const timings = await race([native, portable, nothing], { rounds: 9, warmups: 1 });
    const [slowest = Number.NaN] = timings.map(({ rounds }) => summarize(rounds).median).sort((a, b) => b - a);
    return {
      title: 'from the start of the process to the end of the first training step; examples/digits with fastDevRun',
      timings,
      comparisons: [
        { ours: native.name, peer: nothing.name },
        { ours: portable.name, peer: nothing.name },
      ],
      notes: [`target: at most ${TARGET_MS} ms; ${slowest <= TARGET_MS ? 'met' : 'MISSED'}`],
    };
  } finally {
    rmSync(packed, { recursive: true, force: true });
  }
}

/** The runtime and the example in a folder of their own, as the extension carries it. */
function packLikeVsix(folder: string): void {
  for (const part of ['package.json', 'bin', 'dist']) {
    cpSync(join(root, 'runtime', part), join(folder, 'runtime', part), {
      recursive: true,
      filter: (path) => !path.endsWith('.map') && !/dist[\\/](types|vendor)/.test(path),
    });
  }
  const esbuild = dirname(createRequire(join(root, 'package.json')).resolve('esbuild-wasm/package.json'));
  const vendor = join(folder, 'runtime/dist/vendor/esbuild-wasm');
  mkdirSync(vendor, { recursive: true });
  for (const part of ESBUILD_WASM) cpSync(join(esbuild, part), join(vendor, part), { recursive: true });
  const example = join(folder, 'examples/digits');
  mkdirSync(example, { recursive: true });
  for (const name of readdirSync(join(root, 'examples/digits'))) {
    if (name !== 'node_modules') cpSync(join(root, 'examples/digits', name), join(example, name));
  }
}

/** The command line of a folder. A round ends when the Trainer tells that its first training step is done. */
function lightning(name: string, folder: string, env: NodeJS.ProcessEnv = {}): Contestant {
  const script = join(folder, 'runtime/bin/lightning.js');
  const args = [script, 'fit', 'examples/digits/digits.ts', '--trainer.fastDevRun', '--channel', 'ipc'];
  return contestant(name, () => {
    const started = now();
    const child = spawn(process.execPath, args, {
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    let first: number | undefined;
    child.on('message', (message) => {
      const event = message as RunEvent; // by the protocol
      if (event.type === 'progress' && event.stage === 'train') first ??= event.time - started;
    });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        if (code === 0 && first !== undefined) resolve(first);
        else
          reject(
            new Error(
              `${name} ended with exit code ${code}, ${first === undefined ? 'before' : 'after'} its first step.`,
            ),
          );
      });
    });
  });
}

/** What Node itself takes. */
const nothing = contestant('node -e 0', () => {
  const started = now();
  const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve(now() - started));
  });
});

function contestant(name: string, round: () => Promise<number>): Contestant {
  return { name, round, [Symbol.asyncDispose]: async () => undefined };
}

/** On the clock that events tell. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
