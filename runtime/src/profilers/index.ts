export { AdvancedProfiler, type AdvancedProfilerOptions } from './advancedProfiler.js';
export { createProfiler } from './createProfiler.js';
export { KernelProfiler, type KernelProfilerOptions } from './kernelProfiler.js';
export type { KernelScheduleOptions } from './kernelSchedule.js';
export type { KernelSortKey, KernelTotals } from './kernelTimes.js';
export { PassThroughProfiler } from './passThroughProfiler.js';
export { type ProfiledRun, type ProfileReport, Profiler, type ProfilerOptions, whenSettled } from './profiler.js';
export { type ActionDurations, SimpleProfiler, type SimpleProfilerOptions } from './simpleProfiler.js';
