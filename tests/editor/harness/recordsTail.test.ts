import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TestRecord } from './records.js';
import { RecordsTail } from './recordsTail.js';
import { TemporaryFolder } from './workspaces.js';

const test = (title: string, state: 'passed' | 'failed' | 'skipped'): TestRecord => {
  return { event: 'test', title, state, durationMs: 2, ...(state === 'failed' && { error: 'Error: no\n    at here' }) };
};

describe('the records of a Mocha run', () => {
  let folder: TemporaryFolder;
  let file: string;
  let printed: string[];
  let tail: RecordsTail;

  beforeEach(() => {
    folder = new TemporaryFolder('records-');
    file = join(folder.path, 'records.ndjson');
    printed = [];
    tail = new RecordsTail(file, (line) => printed.push(line));
  });

  afterEach(() => {
    tail[Symbol.dispose]();
    folder[Symbol.dispose]();
  });

  const write = (...records: readonly TestRecord[]) => {
    for (const record of records) appendFileSync(file, `${JSON.stringify(record)}\n`);
  };

  it('tell when the run began', async () => {
    write({ event: 'start' });
    await expect(tail.began).resolves.toBeUndefined();
  });

  it('are shown once each, a failure with its trace, and summed', () => {
    write({ event: 'start' }, test('a', 'passed'));
    tail.read();
    write(test('b', 'failed'), test('c', 'skipped'), { event: 'end' });
    expect(tail.counts()).toEqual({ passed: 1, failed: 1, skipped: 1 });
    expect(printed).toEqual([
      '  passed  a (2 ms)',
      '  failed  b (2 ms)',
      '          Error: no',
      '              at here',
      '  skipped c (2 ms)',
    ]);
  });

  it('may end in half a line while the run goes on', () => {
    write({ event: 'start' });
    appendFileSync(file, '{"event":"te');
    expect(tail.read()).toEqual([{ event: 'start' }]);
  });

  it('of a run that broke off are no success', () => {
    write({ event: 'start' }, test('a', 'passed'));
    expect(() => tail.assertComplete()).toThrow('broke off');
  });

  it('of a run without a test are no success', () => {
    write({ event: 'start' }, test('a', 'skipped'), { event: 'end' });
    expect(() => tail.assertComplete()).toThrow('without running a test');
  });
});
