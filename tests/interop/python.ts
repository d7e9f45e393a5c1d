import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findPython } from '../../scripts/ciTools/index.mjs';

const READ = fileURLToPath(new URL('./read.py', import.meta.url));
const READ_EVENTS = fileURLToPath(new URL('./readEvents.py', import.meta.url));
/** A run's tensors as text. */
const MAX_OUTPUT_BYTES = 64e6;

/** A tensor as Python's safetensors and numpy see it. */
export interface PythonTensor {
  /** numpy's name: `float32`, `int32`, `bool`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** In base64. */
  readonly bytes: string;
}

/** A checkpoint as Python's safetensors reads it. */
export interface PythonCheckpoint {
  readonly metadataKeys: readonly string[];
  /** The metadata `lightning`, parsed. */
  readonly lightning: { readonly format: number; readonly checkpoint: Readonly<Record<string, unknown>> };
  readonly tensors: Readonly<Record<string, PythonTensor>>;
}

/** The files of a run directory as Python reads them. Numbers that JSON lacks are the texts `nan`, `inf` and `-inf`. */
export interface PythonRun {
  /** By file name. */
  readonly checkpoints: Readonly<Record<string, PythonCheckpoint>>;
  readonly metrics: {
    readonly header: readonly string[];
    /** An empty cell is null. */
    readonly rows: readonly Readonly<Record<string, number | string | null>>[];
  };
  readonly hparams: unknown;
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

/** The Python to test with. In CI it must be there; elsewhere the tests are skipped, and say why. */
export function pythonOrReason(): string | undefined {
  const tools = findPython();
  if (tools.found) return tools.python;
  if (process.env.CI) throw new Error(tools.reason);
  console.warn(`${tools.reason}. The interop tests are skipped.`);
  return undefined;
}

/** A folder's event files as TensorBoard's reader sees them. Numbers that JSON lacks are texts. */
export interface PythonEvents {
  /** By tag: steps and values. */
  readonly scalars: Readonly<Record<string, readonly [step: number, value: number | string][]>>;
  /** By tag; a picture's file is in base64. */
  readonly images: Readonly<Record<string, readonly [step: number, width: number, height: number, file: string][]>>;
  readonly histograms: Readonly<
    Record<
      string,
      readonly {
        readonly step: number;
        readonly num: number;
        readonly limits: readonly number[];
        readonly counts: readonly number[];
      }[]
    >
  >;
  readonly texts: Readonly<Record<string, readonly string[]>>;
  readonly graph: readonly [name: string, op: string, inputs: readonly string[]][];
  /** What the HPARAMS tab reads; empty without it. */
  readonly hparams: {
    readonly metrics?: readonly string[];
    readonly types?: Readonly<Record<string, number>>;
    readonly values?: Readonly<Record<string, unknown>>;
    readonly status?: number;
  };
}

/** Opens all files of a run directory. Rejects with Python's own words when it cannot read one. */
export async function readByPython(python: string, runDirectory: string): Promise<PythonRun> {
  return run(python, READ, runDirectory);
}

/** Opens the event files of a folder with TensorBoard. Rejects with Python's own words when it cannot read one. */
export async function readEventsByPython(python: string, directory: string): Promise<PythonEvents> {
  return run(python, READ_EVENTS, directory);
}

async function run<T>(python: string, program: string, directory: string): Promise<T> {
  const options = { maxBuffer: MAX_OUTPUT_BYTES };
  const { stdout } = await promisify(execFile)(python, ['-X', 'utf8', program, directory], options);
  return JSON.parse(stdout);
}
