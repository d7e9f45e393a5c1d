import { MisconfigurationError } from '../errors/index.js';
import { AdvancedProfiler } from './advancedProfiler.js';
import { KernelProfiler } from './kernelProfiler.js';
import { PassThroughProfiler } from './passThroughProfiler.js';
import { Profiler } from './profiler.js';
import { SimpleProfiler } from './simpleProfiler.js';

/** The profiler that the Trainer option `profiler` means. @throws MisconfigurationError for what is none */
export function createProfiler(given: unknown): Profiler {
  if (given === null || given === undefined) return new PassThroughProfiler();
  if (given === 'simple') return new SimpleProfiler();
  if (given === 'advanced') return new AdvancedProfiler();
  if (given === 'kernels') return new KernelProfiler();
  if (given instanceof Profiler) return given;
  throw new MisconfigurationError({
    code: 'option-value',
    found: '`profiler` is an object that is no Profiler.',
    allowed: "'simple', 'advanced', 'kernels', an object of a class that extends Profiler, or null",
    fix: 'Is it from another copy of lightning-tfjs?',
  });
}
