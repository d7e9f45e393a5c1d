import { type HostMessage, isHostMessage } from '@lightning-typescript/webview/messages';
import { describe, expect, it } from 'vitest';
import type { ChildListeners } from '../runs/child.js';
import { Run } from '../runs/run.js';
import type { RunRecord } from '../runs/runRecord.js';
import type { Schedule } from '../schedule.js';
import { DashboardFeed } from './dashboardFeed.js';

function setUp() {
  const sent: HostMessage[] = [];
  const timers: (() => void)[] = [];
  const schedule: Schedule = (_delayMs, task) => {
    timers.push(task);
    return () => {
      timers.splice(timers.indexOf(task), 1);
    };
  };
  let listeners: ChildListeners | undefined;
  const other = new Run(
    'r2',
    { kind: 'fit', file: '/p/model.ts', className: 'Lit', cwd: '/p', options: {} },
    {
      start: () => ({ pid: 2, send: () => true, kill: () => undefined }),
      log: { output: () => undefined, info: () => undefined, warn: () => undefined },
    },
  );
  const run = new Run(
    'r1',
    { kind: 'fit', file: '/p/model.ts', className: 'Lit', cwd: '/p', options: {} },
    {
      start: (its) => {
        listeners = its;
        return { pid: 1, send: () => true, kill: () => undefined };
      },
      log: { output: () => undefined, info: () => undefined, warn: () => undefined },
    },
  );
  const feed = new DashboardFeed((message) => sent.push(message), schedule);
  const show = () => {
    feed.setRuns([run, other]);
    feed.select(['r1']);
  };
  return {
    feed,
    show,
    other,
    run,
    sent,
    timers,
    tick: () => {
      for (const task of timers.splice(0)) task();
    },
    metrics: (...steps: number[]) =>
      listeners?.onMessage({
        type: 'metrics',
        time: 1,
        step: steps,
        epoch: steps.map(() => 0),
        times: steps,
        series: { loss: steps.map((step) => 1 / (step + 1)) },
      }),
    warn: (message: string) => listeners?.onMessage({ type: 'warning', time: 1, message }),
    exit: () => listeners?.onExit({ code: 1, signal: null }),
  };
}

describe('DashboardFeed', () => {
  it('says nothing until the page is ready, then everything', () => {
    const { feed, show, sent, metrics, tick } = setUp();
    show();
    metrics(0, 1);
    tick();
    expect(sent).toEqual([]);
    feed.pageIsReady();
    expect(sent).toMatchObject([{ type: 'snapshot', series: [{ name: 'loss', keep: 0, total: 2 }] }]);
  });

  it('tells a page without a run that there is none', () => {
    const { feed, sent } = setUp();
    feed.pageIsReady();
    expect(sent).toMatchObject([{ type: 'snapshot', runs: [], selected: [], series: [] }]);
  });

  it('gathers what comes fast into one message, which holds only what is new', () => {
    const { feed, show, sent, metrics, tick, timers } = setUp();
    show();
    feed.pageIsReady();
    metrics(0);
    metrics(1);
    metrics(2);
    expect(timers.length).toBe(1);
    tick();
    metrics(3);
    tick();
    expect(sent.map((message) => [message.type, message.type !== 'window' && message.seq])).toEqual([
      ['snapshot', 1],
      ['delta', 2],
      ['delta', 3],
    ]);
    const last = sent.at(-1)?.series[0];
    expect(last?.keep).toBe(3);
    expect([...(last?.x ?? [])]).toEqual([3]);
    expect([...(last?.time ?? [])]).toEqual([3]);
    expect(sent.every(isHostMessage)).toBe(true);
  });

  it('sends each notice once', () => {
    const { feed, show, sent, warn, tick } = setUp();
    show();
    feed.pageIsReady();
    warn('a');
    tick();
    warn('b');
    tick();
    expect(sent.slice(1).map((one) => one.type !== 'window' && one.notices.map(({ text }) => text))).toEqual([
      ['a'],
      ['b'],
    ]);
  });

  it('sends nothing to a hidden page, and everything when it is shown', () => {
    const { feed, show, sent, metrics, tick } = setUp();
    show();
    feed.pageIsReady();
    feed.setVisible(false);
    metrics(0, 1, 2);
    tick();
    expect(sent.length).toBe(1);
    feed.setVisible(true);
    expect(sent.at(-1)).toMatchObject({ type: 'snapshot', series: [{ keep: 0, total: 3 }] });
  });

  it('shows the end of a run', () => {
    const { feed, show, sent, exit, tick } = setUp();
    show();
    feed.pageIsReady();
    exit();
    tick();
    expect(sent.at(-1)).toMatchObject({
      type: 'delta',
      runs: [{ id: 'r1', state: 'failed', end: { error: { name: 'RunFailed', hasLocation: false } } }],
    });
  });

  it('follows no run any more once disposed', () => {
    const { feed, show, sent, metrics, timers } = setUp();
    show();
    feed.pageIsReady();
    feed.dispose();
    metrics(0);
    expect(timers).toEqual([]);
    expect(sent.length).toBe(1);
  });

  it('names every run, and sends the points of those that are selected', () => {
    const { feed, show, sent, metrics } = setUp();
    show();
    metrics(0, 1);
    feed.pageIsReady();
    feed.select(['r2']);
    feed.select(['r2', 'r1', 'r2', 'gone']);
    expect(sent).toMatchObject([
      {
        runs: [
          { id: 'r1', color: 0 },
          { id: 'r2', color: 1 },
        ],
        selected: ['r1'],
        series: [{ run: 'r1', total: 2 }],
      },
      { selected: ['r2'], series: [] },
      { selected: ['r2', 'r1'], series: [{ run: 'r1', keep: 0, total: 2 }] },
    ]);
    expect(sent.every(isHostMessage)).toBe(true);
  });

  it('keeps the colour of a run when others go', () => {
    const { feed, show, other, sent } = setUp();
    show();
    feed.pageIsReady();
    feed.setRuns([other]);
    expect(sent.at(-1)).toMatchObject({ runs: [{ id: 'r2', color: 1 }], selected: [] });
  });

  it('reads a run from disk when it is shown', async () => {
    const { feed, run, sent, metrics, tick } = setUp();
    const load = async () => metrics(0, 1, 2);
    const onDisk: RunRecord = {
      id: 'd1',
      title: 'Lit',
      directory: '/p/version_0',
      model: run.model,
      state: 'finished',
      end: undefined,
      request: undefined,
      load,
      stop: () => undefined,
      onChange: () => ({ dispose: () => undefined }),
    };
    feed.setRuns([onDisk]);
    feed.pageIsReady();
    feed.select(['d1']);
    await new Promise(setImmediate);
    tick();
    expect(sent.at(-1)).toMatchObject({ selected: ['d1'], series: [{ run: 'd1', name: 'loss', total: 3 }] });
  });

  it('answers a chart that was zoomed, in the terms of its axis', () => {
    const { feed, show, sent, metrics } = setUp();
    show();
    metrics(...Array.from({ length: 5000 }, (_, i) => i));
    feed.pageIsReady();
    feed.sendWindow({ type: 'window', metric: 'loss', axis: 'step', from: 2000, to: 2002 });
    const window = sent.at(-1);
    expect(window).toMatchObject({ type: 'window', metric: 'loss', from: 2000, to: 2002 });
    expect([...(window?.series[0]?.x ?? [])]).toEqual([1999, 2000, 2001, 2002, 2003]);
    feed.sendWindow({ type: 'window', metric: '__proto__', axis: 'wall', from: 0, to: 1 });
    expect(sent.at(-1)).toMatchObject({ series: [] });
    expect(sent.every(isHostMessage)).toBe(true);
  });
});
