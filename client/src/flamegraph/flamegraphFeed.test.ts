import { appendFile, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FlameHostMessage, isFlameHostMessage } from '@lightning-typescript/webview/messages';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FlamegraphFeed } from './flamegraphFeed.js';
import { canOpen } from './flameProfile.js';
import { hookText, hookTimes, shiftTimes } from './hookTimes.js';
import { profileFile } from './profileFile.js';

const line = (value: unknown) => `${JSON.stringify(value)}\n`;
const header = line({ format: 'lightning-spans', version: 1, stage: 'fit', pid: 7, time: 1 });
const begin = `${header}${line(['f', 0, 'fit', 'run'])}${line(['f', 1, 'step', 'hook', '/w/lit.ts', 12, 3])}${line(['o', 0, -1, 0, 0])}${line([1, 0, 1, 10, 5])}`;

let folder: string;
let path: string;
let posted: FlameHostMessage[];
let tasks: (() => void)[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flamegraph-'));
  path = join(folder, 'fit-profile.spans.ndjson');
  posted = [];
  tasks = [];
});
afterEach(() => rm(folder, { recursive: true }));

/** A feed, and a promise of its next message. */
function feedOf(file: string) {
  let heard: () => void = () => undefined;
  const feed = new FlamegraphFeed({
    post: (message) => {
      expect(isFlameHostMessage(message)).toBe(true);
      posted.push(message);
      heard();
    },
    file: profileFile(file),
    title: 'a profile',
    explain: (error) => (error === undefined ? 'empty' : 'unreadable'),
    schedule: (_delay, task) => {
      tasks.push(task);
      return () => tasks.splice(tasks.indexOf(task), 1);
    },
  });
  const next = () =>
    new Promise<void>((resolve) => {
      heard = resolve;
    });
  return { feed, next };
}

describe('FlamegraphFeed', () => {
  it('sends everything when the page is ready, then what the file grew by', async () => {
    await writeFile(path, begin);
    const { feed, next } = feedOf(path);
    await feed.pageIsReady();
    expect(posted).toMatchObject([
      {
        seq: 1,
        reset: true,
        state: 'live',
        frames: [{ name: 'fit' }, { name: 'step', source: 'lit.ts:12', canOpen: true }],
        spans: { frame: Uint32Array.of(0, 1), duration: Float64Array.of(15, 5) },
      },
    ]);
    await appendFile(path, `${line([2, 0, 1, 20, 5])}${line([0, -1, 0, 0, 30])}${line(['e', 30])}`);
    const delta = next();
    tasks.shift()?.();
    await delta;
    expect(posted[1]).toMatchObject({
      seq: 2,
      reset: false,
      keep: 2,
      state: 'complete',
      changed: Uint32Array.of(0),
      changedDuration: Float64Array.of(30),
      frames: [],
      spans: { frame: Uint32Array.of(1), parent: Int32Array.of(0) },
    });
    feed.dispose();
  });

  it('waits for a file with nothing in it, and says what cannot be read', async () => {
    await writeFile(path, header);
    await feedOf(path).feed.pageIsReady();
    expect(posted.at(-1)).toMatchObject({ type: 'flame-status', status: 'waiting' });
    await feedOf(join(folder, 'gone.spans.ndjson')).feed.pageIsReady();
    expect(posted.at(-1)).toMatchObject({ type: 'flame-status', status: 'error', text: 'unreadable' });
  });

  it('calls a file live only while somebody writes it', async () => {
    await writeFile(path, begin);
    await utimes(path, 1, 1);
    await feedOf(path).feed.pageIsReady();
    expect(posted).toMatchObject([{ type: 'flame-spans', state: 'partial' }]);
  });

  it('sends large profiles in pieces', async () => {
    const spans = Array.from({ length: 120_000 }, (_, i) => line([i + 1, 0, 1, i, 1])).join('');
    await writeFile(path, `${begin.split('\n').slice(0, 4).join('\n')}\n${spans}${line(['e', 1])}`);
    await feedOf(path).feed.pageIsReady();
    expect(
      posted.map((message) => message.type === 'flame-spans' && [message.reset, message.keep, message.more]),
    ).toEqual([
      [true, 0, true],
      [false, 50_000, true],
      [false, 100_000, false],
    ]);
  });

  it('sends nothing while hidden, and everything when shown again', async () => {
    await writeFile(path, begin);
    const { feed, next } = feedOf(path);
    await feed.pageIsReady();
    feed.setVisible(false);
    expect(tasks).toEqual([]);
    const again = next();
    feed.setVisible(true);
    await again;
    expect(posted).toMatchObject([{ reset: true }, { reset: true }]);
    feed.dispose();
  });

  it('starts anew when the file was written anew', async () => {
    await writeFile(path, begin);
    const { feed, next } = feedOf(path);
    await feed.pageIsReady();
    await writeFile(path, `${header}${line(['f', 0, 'other', 'run'])}`);
    const delta = next();
    tasks.shift()?.();
    await delta;
    expect(posted.at(-1)).toMatchObject({ type: 'flame-status', status: 'waiting' });
    feed.dispose();
  });

  it('opens only places of the profile, by number', async () => {
    await writeFile(path, begin);
    const { feed } = feedOf(path);
    await feed.pageIsReady();
    expect([feed.sourceOf(0), feed.sourceOf(1), feed.sourceOf(99)]).toEqual([
      undefined,
      { file: '/w/lit.ts', line: 12, column: 3 },
      undefined,
    ]);
    feed.dispose();
  });
});

describe('canOpen', () => {
  it.each([
    ['/w/lit.ts', true],
    ['/w/lit.mjs', true],
    ['lit.ts', false],
    ['/etc/passwd', false],
    ['\\\\host\\share\\lit.ts', false],
    ['//host/share/lit.ts', false],
    ['/w/a\0.ts', false],
  ])('%j: %j', (file, expected) => {
    expect(canOpen({ file, line: 1, column: 1 })).toBe(expected);
  });
});

describe('times of hooks', () => {
  const action = {
    name: 'step',
    category: 'hook',
    count: 400,
    totalMs: 4920,
    selfMs: 1,
    meanMs: 12.3,
    source: { file: '/w/lit.ts', line: 12, column: 3 },
  } as const;

  it('say mean, count and share', () => {
    expect(hookText(action, 13_000)).toBe('12.3 ms × 400 (38 %)');
    expect(hookText({ ...action, meanMs: 1500 }, 0)).toBe('1.5 s × 400');
  });

  it('stand at the user’s lines only', () => {
    const files = { spans: null, trace: null, cpuProfile: null };
    const actions = [action, { ...action, source: null }, { ...action, count: 0 }];
    const times = hookTimes({ type: 'profile', profiler: 'x', files, elapsedMs: 13_000, actions } as never);
    expect([...times]).toEqual([['/w/lit.ts', [{ line: 11, text: '12.3 ms × 400 (38 %)' }]]]);
  });

  it.each([
    ['text within a line', 3, 3, 0, [2, 11]],
    ['two lines more above', 3, 3, 2, [2, 13]],
    ['a line less above', 3, 4, 0, [2, 10]],
    ['lines that held a hook are gone', 9, 14, 0, [2]],
    ['something below', 20, 25, 0, [2, 11]],
  ] as const)('move with their lines: %s', (_name, first, last, added, lines) => {
    const times = [2, 11].map((at) => ({ line: at, text: '' }));
    expect(shiftTimes(times, first, last, added).map(({ line: at }) => at)).toEqual(lines);
  });
});
