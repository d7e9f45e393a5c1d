import { copyFile, link, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { ModelCheckpoint } from '../callbacks/index.js';

/** Which checkpoints go to the server: none, those that are there at the end, or each as it is saved. */
export type LogModel = boolean | 'all';

/** A checkpoint to be uploaded. */
export interface SavedCheckpoint {
  /** The file as the ModelCheckpoint named it. */
  readonly path: string;
  readonly score: number | null;
  readonly isBest: boolean;
  /** What the server is told about it. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A checkpoint whose file stays until `release`, whatever the ModelCheckpoint deletes. */
export interface HeldCheckpoint extends SavedCheckpoint {
  /** Where the file is to be read. */
  readonly file: string;
  release(): Promise<void>;
}

/** Remembers which checkpoints were taken. */
export class CheckpointScanner {
  readonly #taken = new Map<string, number>();

  /** The checkpoints that are new, or were written again, oldest first. */
  async take(checkpoint: ModelCheckpoint): Promise<SavedCheckpoint[]> {
    const scores = new Map<string, number | null>([
      [checkpoint.lastModelPath, checkpoint.currentScore],
      [checkpoint.bestModelPath, checkpoint.bestModelScore],
      ...checkpoint.bestKModels,
    ]);
    const found = await Promise.all(
      [...scores].map(async ([path, score]) => {
        const time = path === '' ? undefined : (await stat(path).catch(() => undefined))?.mtimeMs; // deleted meanwhile
        return { path, score, time };
      }),
    );
    const fresh = found.flatMap(({ path, score, time }) =>
      time === undefined || (this.#taken.get(path) ?? Number.NEGATIVE_INFINITY) >= time ? [] : [{ path, score, time }],
    );
    for (const { path, time } of fresh) this.#taken.set(path, time);
    return fresh
      .sort((a, b) => a.time - b.time)
      .map(({ path, score }) => ({
        path,
        score,
        isBest: path === checkpoint.bestModelPath,
        metadata: {
          score,
          original_filename: basename(path),
          [checkpoint.constructor.name]: { monitor: checkpoint.monitor ?? null, save_top_k: checkpoint.saveTopK },
        },
      }));
  }
}

/** Keeps a checkpoint's bytes, by a second name where the file system has that, else by a copy. */
export async function hold(checkpoint: SavedCheckpoint): Promise<HeldCheckpoint> {
  const folder = await mkdtemp(join(tmpdir(), 'lightning-upload-'));
  const file = join(folder, basename(checkpoint.path));
  try {
    await link(checkpoint.path, file).catch(() => copyFile(checkpoint.path, file));
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return { ...checkpoint, file, release: () => rm(dirname(file), { recursive: true, force: true }) };
}

/** Names under which servers find a checkpoint. */
export function aliasesOf({ isBest }: SavedCheckpoint): string[] {
  return isBest ? ['latest', 'best'] : ['latest'];
}
