import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { LineSplitter, MAX_EVENT_LINE_BYTES, parseRunEvent } from 'lightning-tfjs/protocol';
import { RunModel } from './runModel.js';

/** The event stream in a run directory. */
export const RUN_FILE = 'run.ndjson';

/** What is read at the file's end: in it are its end, or where the run is, and mostly the newest checkpoint. */
const TAIL_BYTES = 2 ** 18;
/** Of a longer file only the beginning and the end are read. */
const WHOLE_BYTES = 2 ** 20;
/** Rows make most of a run's lines, and a list of runs needs none of them. */
const ROWS = /^\{\s*"type"\s*:\s*"metrics"/;

/**
 * A look at a run directory without its metrics, whatever the length of its file: how the run began, and how it ended or where it is.
 * Undefined when it is no run directory, or has not said a first word.
 */
export async function peekRun(directory: string): Promise<RunModel | undefined> {
  let file: FileHandle;
  try {
    file = await open(join(directory, RUN_FILE), 'r');
  } catch {
    return undefined;
  }
  try {
    const { size } = await file.stat();
    const model = new RunModel();
    if (size <= WHOLE_BYTES) {
      for (const line of await linesBetween(file, 0, size)) take(model, line);
    } else {
      const first = await firstLine(file);
      if (first !== undefined) take(model, first);
      const tail = await linesBetween(file, size - TAIL_BYTES, size);
      for (const line of tail.slice(1)) take(model, line); // the first is the rest of one
    }
    return model.started ? model : undefined;
  } catch {
    return undefined; // not readable, or gone this very moment
  } finally {
    await file.close();
  }
}

function take(model: RunModel, line: string): void {
  if (ROWS.test(line)) return;
  const event = parseRunEvent(line);
  if (event) model.apply(event);
}

async function linesBetween(file: FileHandle, start: number, end: number): Promise<string[]> {
  const buffer = Buffer.alloc(end - start);
  const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
  return new LineSplitter(MAX_EVENT_LINE_BYTES).push(buffer.subarray(0, bytesRead));
}

async function firstLine(file: FileHandle): Promise<string | undefined> {
  const splitter = new LineSplitter(MAX_EVENT_LINE_BYTES);
  const buffer = Buffer.alloc(65_536);
  for (let position = 0; position < MAX_EVENT_LINE_BYTES; ) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) return undefined;
    const [line] = splitter.push(buffer.subarray(0, bytesRead));
    if (line !== undefined) return line;
    position += bytesRead;
  }
  return undefined;
}
