import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { AdvancedProfiler } from './advancedProfiler.js';
import { createProfiler } from './createProfiler.js';
import { KernelProfiler } from './kernelProfiler.js';
import { PassThroughProfiler } from './passThroughProfiler.js';
import type { Profiler } from './profiler.js';
import { SimpleProfiler } from './simpleProfiler.js';

const folder = mkdtempSync(join(tmpdir(), 'profilers-'));
afterAll(() => rmSync(folder, { recursive: true }));

const FACTORIES: [string, () => Profiler][] = [
  ['SimpleProfiler', () => new SimpleProfiler()],
  ['AdvancedProfiler', () => new AdvancedProfiler()],
  ['KernelProfiler', () => new KernelProfiler()],
  ['PassThroughProfiler', () => new PassThroughProfiler()],
];

describe.each(FACTORIES)('%s', (_, make) => {
  it('gives back what work gives, or throws', async () => {
    const profiler = make();
    expect(profiler.profile('number', () => 3)).toBe(3);
    expect(await profiler.profile('promise', async () => 4)).toBe(4);
    const fails = () => {
      throw new RangeError('no');
    };
    expect(() => profiler.profile('fault', fails)).toThrow(RangeError);
    await expect(profiler.profile('late fault', async () => fails())).rejects.toThrow(RangeError);
    expect(profiler.profile('fault', () => 5)).toBe(5); // it was stopped
    profiler.summary();
  });

  it('measures a block', () => {
    const profiler = make();
    {
      using _block = profiler.profile('block');
    }
    expect(profiler.profile('block', () => 1)).toBe(1);
    profiler.summary();
  });
});

describe('SimpleProfiler', () => {
  it('counts calls, and tells them in a table', () => {
    const profiler = new SimpleProfiler();
    for (let call = 0; call < 3; call++) profiler.profile('a', () => profiler.profile('b', () => undefined));
    expect([...profiler.durations].map(([action, { calls }]) => [action, calls])).toEqual([
      ['a', 3],
      ['b', 3],
    ]);
    const lines = profiler
      .summary()
      .split('\n')
      .filter((line) => line.startsWith('|'));
    const cells = lines.map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
    expect(cells[0]).toEqual(['Action', 'Mean duration (s)', 'Num calls', 'Total time (s)', 'Percentage %']);
    expect(cells[1]).toMatchObject(['Total', '-', '6', expect.any(String), '100 %']);
    expect(cells.slice(2).map(([action, , calls]) => [action, calls])).toEqual([
      ['a', '3'],
      ['b', '3'],
    ]);
  });

  it('is short where it is told to be', () => {
    const profiler = new SimpleProfiler({ extended: false });
    profiler.profile('a', () => undefined);
    expect(profiler.summary()).toContain('|  Action\t|  Mean duration (s)\t|  Total time (s) \t|');
  });

  it('refuses to start an action twice, and to stop one that does not run', () => {
    const profiler = new SimpleProfiler();
    profiler.start('a');
    expect(() => profiler.start('a')).toThrow("start 'a', which has started already");
    expect(() => profiler.stop('b')).toThrow("stop 'b', which was never started");
  });

  it('writes its report and a Chrome trace, which grows while the run goes on', () => {
    const profiler = new SimpleProfiler({ dirpath: join(folder, 'simple'), filename: 'perf' });
    profiler.setup({ stage: 'fit', logDir: undefined, print: () => undefined });
    for (let call = 0; call < 1100; call++) profiler.profile('[Callback]A.onFitStart', () => undefined);
    const trace = join(folder, 'simple', 'fit-perf.json');
    const early = JSON.parse(`${readFileSync(trace, 'utf8')}]`);
    expect(early).toHaveLength(1024);
    profiler.describe();
    const events = JSON.parse(readFileSync(trace, 'utf8'));
    expect(events).toHaveLength(1102); // with the run's, and the name of the process
    expect(events[0]).toEqual({
      name: '[Callback]A.onFitStart',
      cat: 'callback',
      ph: 'X',
      ts: expect.any(Number),
      dur: expect.any(Number),
      pid: process.pid,
      tid: 0,
    });
    expect(readFileSync(join(folder, 'simple', 'fit-perf.txt'), 'utf8')).toMatch(/^FIT Profiler Report\n/);
  });

  it('prints its report when it was given no file name, and writes the trace into the run directory', () => {
    const printed: string[] = [];
    const profiler = new SimpleProfiler();
    profiler.setup({ stage: 'test', logDir: join(folder, 'run'), print: (text) => printed.push(text) });
    profiler.profile('a', () => undefined);
    profiler.describe();
    expect(printed.join('')).toContain('TEST Profiler Report');
    expect(existsSync(join(folder, 'run', 'test-profile.json'))).toBe(true);
  });
});

/** Takes so many milliseconds of the CPU. */
function burnTime(milliseconds: number): number {
  const end = performance.now() + milliseconds;
  let sum = 0;
  while (performance.now() < end) sum += Math.sqrt(sum + 1);
  return sum;
}

describe('AdvancedProfiler', () => {
  it('tells which functions took the time of which action, and where they stand', () => {
    const profiler = new AdvancedProfiler({ dirpath: join(folder, 'advanced'), filename: 'perf' });
    profiler.setup({ stage: 'fit', logDir: undefined, print: () => undefined });
    profiler.profile('outer', () => {
      profiler.profile('burning', () => burnTime(120));
    });
    profiler.describe();
    const report = readFileSync(join(folder, 'advanced', 'fit-perf.txt'), 'utf8');
    const [, burning = ''] = report.split('Profile stats for: burning\n');
    const [top = ''] = burning.split('\n').filter((line) => line.includes('burnTime'));
    const [self, total, name, place] = top.trim().split(/\s+/);
    expect([name, place?.split(':')[0]]).toEqual(['burnTime', 'profilers.test.ts']);
    // Of 120, on a machine that may be busy; a part of it is the clock's own.
    expect(Number(total)).toBeGreaterThan(40);
    expect(Number(total)).toBeGreaterThanOrEqual(Number(self));
    const profile = JSON.parse(readFileSync(join(folder, 'advanced', 'fit-perf.cpuprofile'), 'utf8'));
    expect(Object.keys(profile)).toEqual(expect.arrayContaining(['nodes', 'startTime', 'endTime', 'samples']));
  });

  it('adds up stretches of a long run', () => {
    // A stretch has 300,000 samples: with one each microsecond 0.3 seconds.
    const profiler = new AdvancedProfiler({ dirpath: join(folder, 'long'), samplingInterval: 1 });
    profiler.setup({ stage: 'fit', logDir: undefined, print: () => undefined });
    for (let part = 0; part < 4; part++) profiler.profile('burning', () => burnTime(100));
    profiler.describe();
    const [, burning = ''] = profiler.summary().split('Profile stats for: burning\n');
    const totals = burning.split('\n').map((line) => Number(line.trim().split(/\s+/)[1]));
    expect(Math.max(...totals.filter(Number.isFinite))).toBeGreaterThan(310); // of 400, more than one stretch
    const profile = JSON.parse(readFileSync(join(folder, 'long', 'fit-profile.cpuprofile'), 'utf8'));
    expect(profile.endTime - profile.startTime).toBeLessThan(400_000);
  });

  it('shows as many functions as it is told', () => {
    const profiler = new AdvancedProfiler({ lineCountRestriction: 1 });
    profiler.profile('a', () => burnTime(20));
    const many = new AdvancedProfiler({ lineCountRestriction: 2 });
    many.profile('a', () => burnTime(20));
    const rows = (text: string) =>
      (text.split('Profile stats for: a\n')[1] ?? '').split('\n').filter((line) => /^ +\d/.test(line));
    expect(rows(many.summary()).length).toBeLessThanOrEqual(2);
    expect(rows(profiler.summary()).length).toBeGreaterThan(0);
  });

  it('refuses what it cannot do', () => {
    expect(() => new AdvancedProfiler({ lineCountRestriction: 0 })).toThrow('`lineCountRestriction` is 0');
    expect(() => new AdvancedProfiler().stop('a')).toThrow('never started');
  });
});

describe('createProfiler', () => {
  it.each([
    [null, PassThroughProfiler],
    ['simple', SimpleProfiler],
    ['advanced', AdvancedProfiler],
    ['kernels', KernelProfiler],
  ])('of %s', (given, Class) => {
    expect(createProfiler(given)).toBeInstanceOf(Class);
  });

  it('takes a Profiler, and nothing else', () => {
    const profiler = new SimpleProfiler();
    expect(createProfiler(profiler)).toBe(profiler);
    expect(() => createProfiler({})).toThrow('no Profiler');
  });
});
