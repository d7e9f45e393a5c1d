export { Series, type SeriesCursor, type SeriesPatch } from './series.js';
export { DEFAULT_MAX_POINTS, type MetricColumns, SeriesStore } from './seriesStore.js';
