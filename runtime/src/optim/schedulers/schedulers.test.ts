import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as optim from '../index.js';
import { lrsOf, makeOptimizer, withOptimizers } from './testing/makeOptimizer.js';

interface Spec {
  readonly type: string;
  readonly args?: Readonly<Record<string, unknown>>;
  readonly schedulers?: readonly Spec[];
}

interface Case {
  readonly id: string;
  readonly scheduler: Spec;
  readonly optimizer?: 'Adam';
  readonly group_lrs?: readonly number[];
  readonly initial_lrs?: readonly number[];
  readonly steps?: number;
  readonly edits?: readonly (readonly [before: number, lr: number])[];
  readonly metrics?: readonly number[];
  readonly epochs?: readonly number[];
  /** For each group, by steps taken. */
  readonly lr: readonly (readonly number[])[];
  readonly momentum?: readonly (readonly number[])[];
  readonly state: Readonly<Record<string, number>>;
}

type AnyScheduler = new (optimizer: optim.Optimizer, options: object) => optim.LRScheduler;

const recorded: { readonly cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL('./torchRecorded.json', import.meta.url), 'utf8'),
);
const FUNCTIONS: Readonly<Record<string, (n: number) => number>> = {
  '0.95**n': (n) => 0.95 ** n,
  '1/(1+n)': (n) => 1 / (1 + n),
  'const_0.9': () => 0.9,
  '1/x': (x) => 1 / x,
};

withOptimizers();

function makeScheduler({ type, args = {}, schedulers }: Spec, optimizer: optim.Optimizer): optim.LRScheduler {
  const options = Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      camelCase(name),
      name.match(/lr_lambda|scale_fn/) ? named(value) : value,
    ]),
  );
  const members = schedulers?.map((spec) => makeScheduler(spec, optimizer));
  if (type === 'ChainedScheduler') return new optim.ChainedScheduler(members ?? []);
  if (type === 'SequentialLR') {
    return new optim.SequentialLR(optimizer, members ?? [], options as unknown as optim.SequentialLROptions); // recorded
  }
  const Scheduler = Reflect.get(optim, type) as AnyScheduler; // by torch's name
  return new Scheduler(optimizer, options);
}

function named(value: unknown): unknown {
  return Array.isArray(value) ? value.map(named) : FUNCTIONS[String(value)];
}

function camelCase(name: string): string {
  const camel = name.replaceAll(/(?<=.)_(.)/g, (_, letter: string) => letter.toUpperCase());
  return camel.charAt(0).toLowerCase() + camel.slice(1);
}

function momentaOf(optimizer: optim.Optimizer): number[] {
  const groups: readonly optim.ScheduledGroup[] = optimizer.paramGroups;
  return groups.map(({ betas, momentum }) => betas?.[0] ?? momentum ?? 0);
}

function expectClose(
  found: readonly number[],
  wanted: readonly (readonly number[])[],
  step: number,
  what: 'lr' | 'momentum',
): void {
  expect(found.length).toBe(wanted.length);
  for (const [group, value] of found.entries()) {
    const want = wanted[group]?.[step] ?? Number.NaN;
    // Both compute in float64; the recorded numbers have 12 digits, and cosines may differ in the last one.
    const message = `${what} of group ${group} after ${step} steps: ${value}, torch ${want}`;
    expect(Math.abs(value - want), message).toBeLessThanOrEqual(1e-10 + 1e-9 * want);
  }
}

function lengthOf({ lr: [group] }: Case): number {
  return group?.length ?? 0;
}

/** Runs a recorded case; calls back after each step, with what torch has then. */
async function replay(test: Case, look: (index: number) => void, scheduler: optim.LRScheduler): Promise<void> {
  const { optimizer } = scheduler;
  look(0);
  for (let step = 0; step < lengthOf(test) - 1; step++) {
    for (const [before, lr] of test.edits ?? []) {
      const [group] = optimizer.paramGroups;
      if (before === step && group) group.lr = lr;
    }
    await optimizer.step();
    scheduler.step(test.metrics?.[step] ?? test.epochs?.[step]);
    look(step + 1);
  }
}

function prepare(test: Case): { optimizer: optim.Optimizer; scheduler: optim.LRScheduler } {
  const optimizer = makeOptimizer(test.group_lrs, test.optimizer);
  const groups: readonly optim.ScheduledGroup[] = optimizer.paramGroups;
  for (const [index, lr] of (test.initial_lrs ?? []).entries()) Object.assign(groups[index] ?? {}, { initialLr: lr });
  return { optimizer, scheduler: makeScheduler(test.scheduler, optimizer) };
}

describe.each(recorded.cases)('torch $id', (test) => {
  it('has torch’s numbers', async () => {
    const { optimizer, scheduler } = prepare(test);
    const look = (index: number) => {
      expectClose(lrsOf(optimizer), test.lr, index, 'lr');
      if (test.momentum) expectClose(momentaOf(optimizer), test.momentum, index, 'momentum');
      expect(scheduler.getLastLr()).toEqual(lrsOf(optimizer));
    };
    await replay(test, look, scheduler);
    const state = scheduler.stateDict();
    for (const [name, value] of Object.entries(test.state)) expect(state[name], name).toBe(value);
    expect(process.emitWarning).not.toHaveBeenCalled();
  });

  it('goes on from its state as if it had not stopped', async () => {
    const { optimizer, scheduler } = prepare(test);
    let middle: { groups: object[]; state: unknown } | undefined;
    const half = Math.floor(lengthOf(test) / 2);
    await replay(
      test,
      (index) => {
        if (index !== half) return;
        const groups = optimizer.paramGroups.map(({ params: _params, ...options }) => ({ ...options }));
        middle = {
          groups,
          state: JSON.parse(JSON.stringify(scheduler.stateDict(), keepInfinity), readInfinity),
        };
      },
      scheduler,
    );
    const again = prepare(test);
    for (const [index, group] of again.optimizer.paramGroups.entries()) Object.assign(group, middle?.groups[index]);
    again.scheduler.loadStateDict(middle?.state);
    const rest: Case = {
      ...test,
      lr: test.lr.map((group) => group.slice(half)),
      ...(test.metrics && { metrics: test.metrics.slice(half) }),
      ...(test.epochs && { epochs: test.epochs.slice(half) }),
      edits: (test.edits ?? []).map(([before, lr]) => [before - half, lr] as const),
    };
    await replay(rest, (index) => expectClose(lrsOf(again.optimizer), rest.lr, index, 'lr'), again.scheduler);
  });
});

function keepInfinity(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

function readInfinity(_key: string, value: unknown): unknown {
  return value === 'Infinity' || value === '-Infinity' ? Number(value) : value;
}

describe('every scheduler', () => {
  const NAMES = Object.keys(optim).filter(
    (name) => /(LR|Scheduler|Restarts|Plateau)$/.test(name) && name !== 'LRScheduler',
  );

  it.each(NAMES)('%s has torch’s numbers recorded', (name) => {
    expect(recorded.cases.map(({ scheduler }) => scheduler.type)).toContain(name);
  });

  it.each(recorded.cases)('keeps only plain values in the state of $id', (test) => {
    const state = prepare(test).scheduler.stateDict();
    const holdsFunction = (value: unknown): boolean =>
      typeof value === 'function' ||
      (typeof value === 'object' && value !== null && Object.values(value).some(holdsFunction));
    expect(holdsFunction(state)).toBe(false);
  });
});
