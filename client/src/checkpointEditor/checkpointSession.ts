import { basename } from 'node:path';
import type {
  CheckpointHostMessage,
  CheckpointMessage,
  CheckpointPageMessage,
  ComparisonMessage,
  DistanceView,
  HyperparameterChange,
  TensorView,
} from '@lightning-typescript/webview/checkpoint';
import {
  type CheckpointFile,
  compareWeights,
  type TensorSummary,
  tensorStatistics,
  type WeightDistance,
  withCheckpointFile,
} from 'lightning-tfjs/checkpoints';
import { contentSections, fieldOf, hyperparametersOf } from './contentTree.js';

/** A name of a tensor is cut there; the format sets no limit. */
const MAX_NAME = 1_000;

/** Answers one page about one file, or about two that are compared. Holds no file open while nobody asks. */
export class CheckpointSession {
  readonly #paths: readonly [string] | readonly [string, string];
  readonly #post: (message: CheckpointHostMessage) => void;
  #work: AbortController | undefined;

  /** @param paths one file to show, or two to compare */
  constructor(paths: readonly [string] | readonly [string, string], post: (message: CheckpointHostMessage) => void) {
    this.#paths = paths;
    this.#post = post;
  }

  /** Does what the page asked for. Work that is still going on for it is given up. Never rejects: a fault is told to the page. */
  async handle(message: CheckpointPageMessage): Promise<void> {
    this.#work?.abort();
    const work = new AbortController();
    this.#work = work;
    const post = (answer: CheckpointHostMessage) => {
      if (!work.signal.aborted) this.#post(answer);
    };
    if (message.type === 'statistics') return this.#statistics(message.tensor, work.signal, post);
    if (message.type === 'cancel') return;
    try {
      const [from, to] = this.#paths;
      post(to === undefined ? await describeFile(from) : await compareFiles(from, to, work.signal, post));
    } catch (error) {
      post({ type: 'failure', message: messageOf(error) });
    }
  }

  /** Gives up what goes on. */
  dispose(): void {
    this.#work?.abort();
  }

  async #statistics(index: number, signal: AbortSignal, post: (message: CheckpointHostMessage) => void): Promise<void> {
    try {
      const statistics = await withCheckpointFile(this.#paths[0], async (file) => {
        const tensor = file.tensors[index];
        return tensor ? tensorStatistics(file, tensor, { signal }) : null;
      });
      post({ type: 'statistics', tensor: index, statistics, error: null });
    } catch (error) {
      post({ type: 'statistics', tensor: index, statistics: null, error: messageOf(error) });
    }
  }
}

/** What the page shows of a file: reads its header only. Throws `CheckpointError`. */
export async function describeFile(path: string): Promise<CheckpointMessage> {
  return withCheckpointFile(path, async ({ format, sizeBytes, content, tensors }) => ({
    type: 'checkpoint',
    title: basename(path),
    format,
    sizeBytes,
    epoch: numberOr(fieldOf(content, 'epoch')),
    globalStep: numberOr(fieldOf(content, 'global_step')),
    version: textOr(fieldOf(content, 'pytorch-lightning_version')),
    sections: contentSections(content),
    tensors: tensors.map(tensorView),
  }));
}

/** Two files compared; reads all weights that both have. Throws `CheckpointError`, or the signal's reason. */
export async function compareFiles(
  fromPath: string,
  toPath: string,
  signal: AbortSignal,
  post: (message: CheckpointHostMessage) => void = () => undefined,
): Promise<ComparisonMessage> {
  return withCheckpointFile(fromPath, (from) =>
    withCheckpointFile(toPath, async (to) => {
      const onProgress = (done: number, total: number) => post({ type: 'progress', done, total });
      const { distances, removed, added, reshaped, skipped } = await compareWeights(from, to, { signal, onProgress });
      return {
        type: 'comparison',
        from: fromPath,
        to: toPath,
        hyperparameters: changesBetween(from, to),
        distances: distances
          .map(distanceView)
          .sort((a, b) => (placeOf(a) === placeOf(b) ? 0 : placeOf(b) - placeOf(a))),
        removed: removed.map(tensorView),
        added: added.map(tensorView),
        reshaped,
        skipped,
      };
    }),
  );
}

function distanceView({ name, shape, l2, relative, cosine, maxAbs }: WeightDistance): DistanceView {
  const finite = (value: number | null) => (value !== null && Number.isFinite(value) ? value : null);
  return { name, shape, l2: finite(l2), relative: finite(relative), cosine: finite(cosine), maxAbs: finite(maxAbs) };
}

/** What changed most comes first, and before it what cannot be told. */
function placeOf({ relative, l2 }: DistanceView): number {
  return l2 === null ? Number.POSITIVE_INFINITY : (relative ?? l2);
}

function changesBetween(from: CheckpointFile, to: CheckpointFile): HyperparameterChange[] {
  const [before, after] = [hyperparametersOf(from.content), hyperparametersOf(to.content)];
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => ({ name, from: before.get(name) ?? null, to: after.get(name) ?? null }));
}

function tensorView({ name, dtype, shape, sizeBytes }: TensorSummary): TensorView {
  return { name: name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name, dtype, shape, sizeBytes };
}

function numberOr(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function textOr(value: unknown): string | null {
  return typeof value === 'string' ? value.slice(0, 100) : null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
