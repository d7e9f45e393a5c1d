import type { SeriesStore } from '@lightning-typescript/webview/series';
import type { RunRecord } from '../runs/index.js';

/** A model is told of at most so many metrics, */
const MAX_METRICS = 40;
/** and shown so many points of the one that it names; */
const MAX_POINTS = 100;
/** names and titles come from elsewhere and are cut. */
const MAX_TEXT = 200;

/** A run in a few words. */
export function runSummary({ id, title, state, directory, model, end }: RunRecord) {
  const { progress } = model;
  return {
    id,
    title: title.slice(0, MAX_TEXT),
    state,
    directory,
    ...(progress && { epoch: progress.epoch, globalStep: progress.globalStep }),
    ...(end?.error && { error: end.error.message.slice(0, MAX_TEXT * 5) }),
  };
}

/** The last value of each metric, with its least and greatest; or points of the one that was named. */
export function metricSummary(series: Pick<SeriesStore, 'names' | 'get'>, metric: string | undefined) {
  const names = series.names();
  if (metric === undefined) {
    const metrics = names
      .slice(0, MAX_METRICS)
      .map((name) => ({ name: name.slice(0, MAX_TEXT), ...figures(series, name) }));
    return { metrics, ...(names.length > MAX_METRICS && { leftOut: names.length - MAX_METRICS }) };
  }
  const found = series.get(metric);
  if (!found) return { error: 'There is no such metric.', metrics: names.slice(0, MAX_METRICS) };
  return { metric, count: found.length, points: pointsOf(series, metric) };
}

function figures(series: Pick<SeriesStore, 'get'>, name: string) {
  const found = series.get(name);
  if (!found || found.length === 0) return { count: 0 };
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let index = 0; index < found.length; index++) {
    const [, value] = found.point(index);
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return { count: found.length, last: found.last, least, greatest };
}

/** Evenly over the run, with the last point. */
function pointsOf(series: Pick<SeriesStore, 'get'>, name: string): readonly (readonly [step: number, value: number])[] {
  const found = series.get(name);
  if (!found || found.length === 0) return [];
  const count = Math.min(MAX_POINTS, found.length);
  return Array.from({ length: count }, (_, index) => {
    const place = count === 1 ? 0 : Math.round((index * (found.length - 1)) / (count - 1));
    const [step, value] = found.point(place);
    return [step, value] as const;
  });
}
