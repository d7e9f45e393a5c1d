import {
  type CheckpointView,
  type DeltaMessage,
  type HostMessage,
  type Hyperparameter,
  type ImageExport,
  type MetricValue,
  NOTICE_KINDS,
  type NoticeView,
  type PageMessage,
  type ProgressView,
  RUN_STATES,
  type RunEndView,
  type RunView,
  type SelectRequest,
  type SeriesView,
  type SnapshotMessage,
  type TableExport,
  type WindowMessage,
  type WindowRequest,
  X_AXES,
} from './messages.js';

/** A page shows no more runs at once, and asks for no more. */
export const MAX_SELECTED = 20;
/** A picture is at most so large, in bytes. */
const MAX_IMAGE_BYTES = 32 * 2 ** 20;

type Check = (value: unknown) => boolean;
/** A check for each field of T, so that a new field without one does not compile. */
type ShapeOf<T> = Readonly<Record<keyof T, Check>>;

const text: Check = (value) => typeof value === 'string';
const number: Check = (value) => typeof value === 'number';
const count: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
// By its tag: an array that came from another window is no instance of this one's class.
const floats: Check = (value) => Object.prototype.toString.call(value) === '[object Float64Array]';
const bytes: Check = (value) =>
  Object.prototype.toString.call(value) === '[object Uint8Array]' && (value as Uint8Array).length <= MAX_IMAGE_BYTES;
const finite: Check = (value) => Number.isFinite(value);
const flag: Check = (value) => typeof value === 'boolean';
const exactly =
  (...allowed: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && allowed.includes(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const shaped =
  <T>(shape: ShapeOf<T>): Check =>
  (value) =>
    isRecord(value) && Object.entries<Check>(shape).every(([key, check]) => check(value[key]));

const notice = shaped<NoticeView>({ run: text, kind: exactly(...NOTICE_KINDS), time: number, text });
const checkpoint = shaped<CheckpointView>({
  run: text,
  file: text,
  step: count,
  epoch: count,
  time: number,
  monitor: orNull(text),
  score: orNull(number),
});
const hyperparameter = shaped<Hyperparameter>({
  name: text,
  value: (value) => value === null || ['string', 'number', 'boolean'].includes(typeof value),
});
const metricValue = shaped<MetricValue>({ name: text, value: number });
const progress = shaped<ProgressView>({
  stage: text,
  epoch: count,
  maxEpochs: orNull(count),
  batch: count,
  totalBatches: orNull(count),
  globalStep: count,
  batchesPerSecond: number,
});
const end = shaped<RunEndView>({
  epoch: orNull(count),
  globalStep: count,
  checkpoint: orNull(text),
  error: orNull(shaped<NonNullable<RunEndView['error']>>({ name: text, message: text, hasLocation: flag })),
});
const run = shaped<RunView>({
  id: text,
  title: text,
  subtitle: text,
  state: exactly(...RUN_STATES),
  progress: orNull(progress),
  end: orNull(end),
  color: count,
  startedAt: orNull(number),
  hparams: listOf(hyperparameter),
  metrics: listOf(metricValue),
});
const seriesFields = shaped<SeriesView>({
  run: text,
  name: text,
  keep: count,
  x: floats,
  y: floats,
  epoch: floats,
  time: floats,
  total: count,
  notFinite: count,
  last: number,
});
const series: Check = (value) => seriesFields(value) && hasEvenAxes(value as SeriesView);
const snapshot = shaped<SnapshotMessage>({
  type: exactly('snapshot'),
  seq: count,
  runs: listOf(run),
  selected: listOf(text),
  series: listOf(series),
  notices: listOf(notice),
  checkpoints: listOf(checkpoint),
});
const delta = shaped<DeltaMessage>({
  type: exactly('delta'),
  seq: count,
  runs: listOf(run),
  series: listOf(series),
  notices: listOf(notice),
  checkpoints: listOf(checkpoint),
});
const windowFields = { metric: text, axis: exactly(...X_AXES), from: finite, to: finite };
const windowAnswer = shaped<WindowMessage>({ type: exactly('window'), ...windowFields, series: listOf(series) });
const hostMessages: readonly Check[] = [snapshot, delta, windowAnswer];
const pageMessages: readonly Check[] = [
  shaped<{ type: string }>({ type: exactly('ready', 'resync', 'show-logs') }),
  shaped<{ type: string; run: string }>({ type: exactly('stop', 'show-error'), run: text }),
  shaped<SelectRequest>({
    type: exactly('select'),
    runs: (value) => listOf(text)(value) && (value as readonly string[]).length <= MAX_SELECTED,
  }),
  shaped<WindowRequest>({ type: exactly('window'), ...windowFields }),
  shaped<ImageExport>({ type: exactly('export-image'), name: text, bytes }),
  shaped<TableExport>({ type: exactly('export-csv'), metric: text }),
];

/** True for a well-formed message of the host. */
export function isHostMessage(value: unknown): value is HostMessage {
  return hostMessages.some((check) => check(value));
}

/** True for a well-formed message of the page. */
export function isPageMessage(value: unknown): value is PageMessage {
  return pageMessages.some((check) => check(value));
}

function hasEvenAxes({ x, y, epoch, time }: SeriesView): boolean {
  return [y, epoch, time].every(({ length }) => length === x.length);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
