import type { CheckpointFile } from './checkpointIndex.js';

/**
 * The checkpoints of a run, best score first. Whether less or more is better, no file says: it is read off the one that the run
 * called its best; losses and errors fall where none was. Those without a score come behind, by step, and `last` at the end.
 */
export function byScore(checkpoints: readonly CheckpointFile[]): CheckpointFile[] {
  const scored = checkpoints.filter(({ score }) => score !== undefined);
  const sign = isMoreBetter(scored) ? -1 : 1;
  const place = ({ score }: CheckpointFile) => (score && !Number.isNaN(score.value) ? score.value * sign : undefined);
  return checkpoints.toSorted((a, b) => {
    const [x, y] = [place(a), place(b)];
    if (x !== undefined && y !== undefined && x !== y) return x - y;
    if ((x === undefined) !== (y === undefined)) return x === undefined ? 1 : -1;
    return stepOf(a) - stepOf(b) || a.name.localeCompare(b.name, 'en', { numeric: true });
  });
}

function isMoreBetter(scored: readonly CheckpointFile[]): boolean {
  const best = scored.find(({ isBest }) => isBest)?.score;
  const others = scored.flatMap(({ score, isBest }) =>
    score && !isBest && score.monitor === best?.monitor ? score.value : [],
  );
  const lower = others.filter((value) => best !== undefined && value < best.value).length;
  const higher = others.filter((value) => best !== undefined && value > best.value).length;
  if (lower !== higher) return lower > higher;
  return /acc|auc|f1|precision|recall|iou|dice|bleu|rouge|psnr|ssim|r2|score/i.test(scored[0]?.score?.monitor ?? '');
}

function stepOf({ step, isLast }: CheckpointFile): number {
  return isLast ? Number.MAX_VALUE : (step ?? -1);
}
