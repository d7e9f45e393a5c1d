import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readSpans } from '../protocol/index.js';
import { SpanOutput } from './spanOutput.js';
import { SpanRecorder } from './spanRecorder.js';

const folder = mkdtempSync(join(tmpdir(), 'spans-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;

/** A recorder with files, and what they hold. */
function recording(maxSpans = 1000) {
  const spans = join(folder, `${files++}.spans.ndjson`);
  const trace = `${spans}.json`;
  const recorder = new SpanRecorder();
  const output = new SpanOutput({ spans, trace, stage: 'fit', maxSpans, write: (work) => work() });
  recorder.attach(output, new Map(), () => undefined);
  const measure = (name: string, work: () => void) => {
    const frame = recorder.action(name);
    recorder.begin(frame);
    work();
    recorder.end(frame);
  };
  return {
    recorder,
    measure,
    profile: () => readSpans(readFileSync(spans, 'utf8')),
    traceText: () => readFileSync(trace, 'utf8'),
  };
}

/** A run of so many batches, each with a hook and a part of it. */
function run({ recorder, measure }: ReturnType<typeof recording>, batches: number): void {
  const fit = recorder.part('fit', 'run');
  recorder.begin(fit);
  measure('run_training_epoch', () => {
    for (let batch = 0; batch < batches; batch++) {
      measure('run_training_batch', () => measure('hook', () => measure('part', () => undefined)));
    }
  });
  recorder.end(fit);
  recorder.detach();
}

describe('SpanRecorder', () => {
  it('knows what is inside of what, and whose time it is', () => {
    const { recorder, measure } = recording();
    measure('outer', () => {
      expect(recorder.innermost).toBe('outer');
      measure('inner', () => expect(recorder.innermost).toBe('inner'));
    });
    const [outer, inner] = [recorder.action('outer'), recorder.action('inner')];
    expect([outer.count, inner.count]).toEqual([1, 1]);
    expect(outer.selfMs).toBeCloseTo(outer.totalMs - inner.totalMs, 6); // of numbers with many digits
    expect(recorder.innermost).toBeUndefined();
  });

  it('lets actions overlap that wait at the same time', () => {
    const { recorder, profile } = recording();
    const [first, second, third] = ['first', 'second', 'third'].map((name) => recorder.action(name));
    if (!first || !second || !third) throw new Error('three were made');
    recorder.begin(first);
    recorder.begin(second);
    expect(recorder.end(first)).toBe(true);
    expect(recorder.innermost).toBe('second');
    recorder.begin(third);
    expect(recorder.end(second)).toBe(true);
    expect(recorder.end(third)).toBe(true);
    expect(recorder.end(third)).toBe(false);
    recorder.detach();
    expect(profile().spans.map(({ name, depth }) => [name, depth])).toEqual([
      ['first', 0],
      ['second', 1],
      ['third', 2],
    ]);
  });

  it('forgets what was cancelled', () => {
    const { recorder, profile } = recording();
    const frame = recorder.action('x');
    recorder.begin(frame);
    recorder.cancel(frame);
    recorder.detach();
    expect([frame.count, frame.running, profile().spans.length]).toEqual([0, 0, 0]);
  });

  it('keeps as many names as fit', () => {
    const { recorder, measure } = recording();
    for (let call = 0; call < 12_000; call++) measure(`batch ${call}`, () => undefined);
    const frames = [...recorder.actions];
    expect(frames.length).toBe(10_001);
    expect(frames.at(-1)).toMatchObject({ name: '(other actions)', count: 2000 });
  });
});

describe('the files of a run', () => {
  it('hold all of a short one', () => {
    const short = recording();
    run(short, 20);
    const { spans, sampling, isComplete, skippedLines } = short.profile();
    expect([spans.length, sampling, isComplete, skippedLines]).toEqual([62, [], true, 0]);
    expect(spans.slice(0, 5).map(({ category, depth }) => [category, depth])).toEqual([
      ['run', 0],
      ['epoch', 1],
      ['batch', 2],
      ['user', 3],
      ['user', 4],
    ]);
    expect(JSON.parse(short.traceText())).toHaveLength(63);
  });

  it('hold whole batches of a long one, up to its end, and say so', () => {
    const long = recording(1000);
    run(long, 20_000);
    const { spans, sampling, endUs } = long.profile();
    expect(spans.length).toBeGreaterThan(500);
    expect(spans.length).toBeLessThanOrEqual(1002);
    expect(sampling.map(({ stride }) => stride).slice(0, 2)).toEqual([8, 64]);
    const batches = spans.filter(({ category }) => category === 'batch');
    expect(spans.filter(({ name }) => name === 'hook')).toHaveLength(batches.length);
    expect(spans.filter(({ name }) => name === 'part')).toHaveLength(batches.length);
    expect(batches.at(-1)?.startUs).toBeGreaterThan(endUs / 4);
    expect(JSON.parse(long.traceText()).at(-1).args.name).toContain('a sample');
  });

  it('stay bounded when each batch has more parts than fit', () => {
    const wide = recording(50);
    const { recorder, measure } = wide;
    measure('run_training_batch', () => {
      for (let part = 0; part < 5000; part++) measure('part', () => undefined);
    });
    recorder.detach();
    expect(wide.profile().spans.length).toBeLessThanOrEqual(51);
  });

  it('can be read while the run goes on', () => {
    const going = recording();
    const { recorder, measure } = going;
    recorder.begin(recorder.part('fit', 'run'));
    measure('a', () => undefined);
    recorder.tick();
    const { spans, isComplete } = going.profile();
    expect(isComplete).toBe(false);
    expect(spans.map(({ name, isOpen, parent }) => [name, isOpen, parent])).toEqual([
      ['fit', true, -1],
      ['a', undefined, 0],
    ]);
    expect(JSON.parse(`${going.traceText()}]`)).toHaveLength(1);
  });
});
