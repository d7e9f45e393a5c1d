import {
  type DeltaMessage,
  type HostMessage,
  NOTICE_KINDS,
  type Notice,
  PAGE_MESSAGE_TYPES,
  type PageMessage,
  type ProgressView,
  RUN_STATES,
  type RunEndView,
  type RunView,
  type SeriesView,
  type SnapshotMessage,
} from './messages.js';

type Check = (value: unknown) => boolean;
/** A check for each field of T, so that a new field without one does not compile. */
type ShapeOf<T> = Readonly<Record<keyof T, Check>>;

const text: Check = (value) => typeof value === 'string';
const number: Check = (value) => typeof value === 'number';
const count: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
// By its tag: an array that came from another window is no instance of this one's class.
const floats: Check = (value) => Object.prototype.toString.call(value) === '[object Float64Array]';
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

const notice = shaped<Notice>({ kind: exactly(...NOTICE_KINDS), time: number, text });
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
});
const seriesFields = shaped<SeriesView>({
  name: text,
  keep: count,
  x: floats,
  y: floats,
  total: count,
  notFinite: count,
  last: number,
});
const series: Check = (value) => seriesFields(value) && hasEvenAxes(value as SeriesView);
const snapshot = shaped<SnapshotMessage>({
  type: exactly('snapshot'),
  seq: count,
  run: orNull(run),
  series: listOf(series),
  notices: listOf(notice),
});
const delta = shaped<DeltaMessage>({
  type: exactly('delta'),
  seq: count,
  run,
  series: listOf(series),
  notices: listOf(notice),
});
const pageMessage = shaped<PageMessage>({ type: exactly(...PAGE_MESSAGE_TYPES) });

/** True for a well-formed message of the host. */
export function isHostMessage(value: unknown): value is HostMessage {
  return snapshot(value) || delta(value);
}

/** True for a well-formed message of the page. */
export function isPageMessage(value: unknown): value is PageMessage {
  return pageMessage(value);
}

function hasEvenAxes({ x, y }: SeriesView): boolean {
  return x.length === y.length;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
