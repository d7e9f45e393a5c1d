export { Series, type SeriesCursor, type SeriesPatch } from './series.js';
export {
  type AxisWindow,
  DEFAULT_MAX_POINTS,
  type MetricColumns,
  SeriesStore,
  type TimedPatch,
} from './seriesStore.js';
