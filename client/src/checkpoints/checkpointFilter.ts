import type { CheckpointFile, RunDirectory } from './checkpointIndex.js';

/** Whether a checkpoint has all words of a filter, in its name, its run's, its module's, or as `best` and `last`. */
export function matchesFilter(run: RunDirectory, checkpoint: CheckpointFile, filter: string): boolean {
  const marks = [checkpoint.isBest && 'best', checkpoint.isLast && 'last', checkpoint.score?.monitor];
  const text = [run.name, run.moduleName, checkpoint.name, ...marks].filter(Boolean).join(' ').toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
