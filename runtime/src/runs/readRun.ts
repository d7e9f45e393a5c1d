import { EventFile } from './eventFile.js';
import { mayBeRunning } from './runProcess.js';
import { type RunLimits, RunRecord, type RunSummary } from './runRecord.js';

/** How {@link readRun} reads. */
export interface ReadRunOptions extends RunLimits {
  /** Ends the reading; the promise then rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** A run as its directory tells of it. */
export interface ReadRun extends RunSummary {
  /** Lines that were no events: broken, too long, or of a later version. A line that is still being written is none of them. */
  readonly brokenLines: number;
}

/**
 * Reads a run directory: finished, running or left behind by a process that is gone.
 * @returns undefined when the directory holds no `run.ndjson`
 * @throws what the file system says of a file that cannot be read
 */
export async function readRun(directory: string, options: ReadRunOptions = {}): Promise<ReadRun | undefined> {
  const file = new EventFile(directory);
  let record = new RunRecord(options);
  const read = () =>
    file.read(
      {
        events(events) {
          for (const event of events) record.apply(event);
        },
        restarted() {
          record = new RunRecord(options);
        },
      },
      options.signal,
    );
  if (!(await read())) return undefined;
  const isGone = !record.ended && record.started !== undefined && !mayBeRunning(record.started);
  // It may have said its end between our reading and its going.
  if (isGone) await read();
  return { ...record.summary(isGone), brokenLines: file.brokenLines };
}
