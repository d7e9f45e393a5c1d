import type { LRSchedulerConfig } from '../core/index.js';
import { MisconfigurationError, nearest } from '../errors/index.js';
import type { Progress } from './progress.js';
import type { RunContext } from './runContext.js';

/** A moment at which schedulers may be due. */
export interface SchedulerMoment {
  readonly interval: 'epoch' | 'step';
  /** Number of the epoch, or of the batch in its epoch, from 1. */
  readonly count: number;
  /** True for the schedulers that look at a metric, whose turn comes after validation. */
  readonly onPlateau: boolean;
  /** Metrics from before the checkpoint that the run goes on from. */
  readonly restored?: Readonly<Record<string, number>> | undefined;
  /** True where a metric may be missing because it was logged before that checkpoint: then the step is skipped. */
  readonly isResuming?: boolean;
}

/** Steps the schedulers that are due. Source: PyTorch Lightning, `_update_learning_rates`. */
export async function stepSchedulers(ctx: RunContext, moment: SchedulerMoment, steps: Progress): Promise<void> {
  if (!ctx.module.automaticOptimization) return; // then they are the user's to step
  for (const config of ctx.schedulers) {
    if (!isDue(config, moment)) continue;
    const metric = config.reduceOnPlateau ? monitoredBy(ctx, config, moment) : null;
    if (metric === undefined) continue;
    steps.count('ready');
    await ctx.hooks.callModule('lrSchedulerStep', config.scheduler, metric);
    steps.count('completed');
  }
}

function isDue(
  { reduceOnPlateau, interval, frequency }: LRSchedulerConfig,
  { onPlateau, interval: now, count }: SchedulerMoment,
): boolean {
  return reduceOnPlateau === onPlateau && interval === now && count % frequency === 0;
}

/** The value that the scheduler looks at; undefined when there is none, and that is no error. */
function monitoredBy(ctx: RunContext, config: LRSchedulerConfig, moment: SchedulerMoment): number | undefined {
  const { monitor, strict, scheduler } = config;
  const metrics = ctx.results.metrics();
  const value = monitor === null ? undefined : (metrics[monitor] ?? moment.restored?.[monitor]);
  if (value !== undefined || moment.isResuming) return value;
  const name = scheduler.constructor.name;
  if (!strict) {
    process.emitWarning(
      `${name} is conditioned on the metric '${monitor}', which is not available: its step is skipped, since \`strict\` is false.`,
    );
    return undefined;
  }
  const available = Object.keys(metrics);
  const near = nearest(monitor ?? '', available);
  throw new MisconfigurationError({
    code: 'monitor-not-available',
    found: `${name} is conditioned on the metric '${monitor}', which is not available.`,
    allowed: available.length > 0 ? available.join(', ') : 'what was logged; nothing was yet',
    fix: near
      ? `Did you mean '${near}'?`
      : `Log it before the ${config.interval} ends, or set \`monitor\` in the lrScheduler of configureOptimizers.`,
    blame: ctx.module.configureOptimizers,
  });
}
