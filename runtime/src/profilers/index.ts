export { AdvancedProfiler, type AdvancedProfilerOptions } from './advancedProfiler.js';
export { createProfiler } from './createProfiler.js';
export { PassThroughProfiler } from './passThroughProfiler.js';
export { type ProfiledRun, Profiler, type ProfilerOptions } from './profiler.js';
export { type ActionDurations, SimpleProfiler, type SimpleProfilerOptions } from './simpleProfiler.js';
