import {
  type MetricsEvent,
  RUN_COMMANDS,
  RUN_END_REASONS,
  RUN_KINDS,
  type RunCommand,
  type RunEvent,
  type SourceLocation,
  STAGES,
} from './events.js';
import { MAX_COMMAND_LINE_BYTES, MAX_EVENT_LINE_BYTES } from './lineSplitter.js';
import { areMetricColumns } from './metricRows.js';
import { SPAN_CATEGORIES } from './spans.js';

type Check = (value: unknown) => boolean;
type Shape = Readonly<Record<string, Check>>;

const text: Check = (value) => typeof value === 'string';
const finite: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const flag: Check = (value) => typeof value === 'boolean';
const count: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const wireNumber: Check = (value) => finite(value) || value === 'nan' || value === 'inf' || value === '-inf';
const oneOf =
  (allowed: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && allowed.includes(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const recordOf =
  (check: Check): Check =>
  (value) =>
    isRecord(value) && Object.values(value).every(check);
const shaped =
  (shape: Shape): Check =>
  (value) =>
    hasShape(value, shape);

const location: Check = shaped({ file: text, line: count, column: count });

/** What each event must hold; mapped over the union, so that a new event without a row does not compile. */
const EVENT_SHAPES = {
  'run-started': {
    protocol: count,
    runId: text,
    pid: count,
    host: optional(text),
    kind: oneOf(RUN_KINDS),
    moduleName: text,
    file: optional(text),
    logDir: orNull(text),
    engine: shaped({ accelerator: text, backend: text, why: text }),
    options: isRecord,
    hparams: isRecord,
    summary: shaped({
      rows: listOf(shaped({ name: text, type: text, params: count })),
      trainable: count,
      total: count,
    }),
  },
  stage: { stage: oneOf(STAGES), state: oneOf(['start', 'end']), epoch: count },
  progress: {
    stage: oneOf(STAGES),
    epoch: count,
    maxEpochs: orNull(count),
    batch: count,
    totalBatches: orNull(count),
    globalStep: count,
    batchesPerSecond: finite,
    metrics: recordOf(wireNumber),
  },
  // Their columns depend on each other, see areMetricColumns.
  metrics: { step: isColumn, epoch: isColumn, times: isColumn, series: isRecord },
  checkpoint: {
    path: text,
    epoch: count,
    globalStep: count,
    sizeBytes: count,
    monitor: orNull(text),
    score: orNull(wireNumber),
    best: orNull(text),
    last: orNull(text),
    removed: listOf(text),
  },
  pause: { isPaused: flag },
  profile: {
    profiler: text,
    files: shaped({ spans: orNull(text), trace: orNull(text), cpuProfile: orNull(text) }),
    elapsedMs: finite,
    actions: listOf(
      shaped({
        name: text,
        category: oneOf(SPAN_CATEGORIES),
        count,
        totalMs: finite,
        selfMs: finite,
        meanMs: finite,
        source: orNull(location),
      }),
    ),
  },
  log: { message: text },
  warning: { message: text },
  error: { name: text, code: orNull(text), message: text, stack: orNull(text), location: orNull(location) },
  'run-ended': {
    reason: oneOf(RUN_END_REASONS),
    epoch: count,
    globalStep: count,
    metrics: recordOf(wireNumber),
    checkpoint: orNull(text),
  },
} as const satisfies Record<RunEvent['type'], Shape>;

/** True for a well-formed event. An event of a type this version does not know is not one: a reader skips it. */
export function isRunEvent(value: unknown): value is RunEvent {
  if (!isRecord(value) || typeof value.type !== 'string' || !finite(value.time)) return false;
  if (!Object.hasOwn(EVENT_SHAPES, value.type)) return false;
  if (!hasShape(value, EVENT_SHAPES[value.type as RunEvent['type']])) return false;
  return value.type !== 'metrics' || areMetricColumns(value as unknown as MetricsEvent);
}

/** True for a well-formed command. */
export function isRunCommand(value: unknown): value is RunCommand {
  return isRecord(value) && oneOf(RUN_COMMANDS)(value.command);
}

/** True for a place in a source file. */
export function isSourceLocation(value: unknown): value is SourceLocation {
  return location(value);
}

/** The event on one line of `run.ndjson`, or undefined when the line is broken, as the last one after a crash may be. */
export function parseRunEvent(line: string): RunEvent | undefined {
  const value = parseLine(line, MAX_EVENT_LINE_BYTES);
  return isRunEvent(value) ? value : undefined;
}

/** The command on one line, or undefined when there is none. */
export function parseRunCommand(line: string): RunCommand | undefined {
  const value = parseLine(line, MAX_COMMAND_LINE_BYTES);
  return isRunCommand(value) ? value : undefined;
}

function parseLine(line: string, maxLength: number): unknown {
  if (line.length > maxLength) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isColumn(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasShape(value: unknown, shape: Shape): boolean {
  return isRecord(value) && Object.entries(shape).every(([key, check]) => check(value[key]));
}
