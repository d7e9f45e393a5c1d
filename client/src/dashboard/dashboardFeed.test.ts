import { type HostMessage, isHostMessage } from '@lightning-typescript/webview/messages';
import { describe, expect, it } from 'vitest';
import type { ChildListeners } from '../runs/child.js';
import { Run } from '../runs/run.js';
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
  return {
    feed,
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
    const { feed, run, sent, metrics, tick } = setUp();
    feed.show(run);
    metrics(0, 1);
    tick();
    expect(sent).toEqual([]);
    feed.pageIsReady();
    expect(sent).toMatchObject([{ type: 'snapshot', series: [{ name: 'loss', keep: 0, total: 2 }] }]);
  });

  it('tells a page without a run that there is none', () => {
    const { feed, sent } = setUp();
    feed.pageIsReady();
    expect(sent).toMatchObject([{ type: 'snapshot', run: null, series: [] }]);
  });

  it('gathers what comes fast into one message, which holds only what is new', () => {
    const { feed, run, sent, metrics, tick, timers } = setUp();
    feed.show(run);
    feed.pageIsReady();
    metrics(0);
    metrics(1);
    metrics(2);
    expect(timers.length).toBe(1);
    tick();
    metrics(3);
    tick();
    expect(sent.map(({ type, seq }) => [type, seq])).toEqual([
      ['snapshot', 1],
      ['delta', 2],
      ['delta', 3],
    ]);
    const last = sent.at(-1)?.series[0];
    expect(last?.keep).toBe(3);
    expect([...(last?.x ?? [])]).toEqual([3]);
    expect(sent.every(isHostMessage)).toBe(true);
  });

  it('sends each notice once', () => {
    const { feed, run, sent, warn, tick } = setUp();
    feed.show(run);
    feed.pageIsReady();
    warn('a');
    tick();
    warn('b');
    tick();
    expect(sent.slice(1).map(({ notices }) => notices.map(({ text }) => text))).toEqual([['a'], ['b']]);
  });

  it('sends nothing to a hidden page, and everything when it is shown', () => {
    const { feed, run, sent, metrics, tick } = setUp();
    feed.show(run);
    feed.pageIsReady();
    feed.setVisible(false);
    metrics(0, 1, 2);
    tick();
    expect(sent.length).toBe(1);
    feed.setVisible(true);
    expect(sent.at(-1)).toMatchObject({ type: 'snapshot', series: [{ keep: 0, total: 3 }] });
  });

  it('shows the end of a run', () => {
    const { feed, run, sent, exit, tick } = setUp();
    feed.show(run);
    feed.pageIsReady();
    exit();
    tick();
    expect(sent.at(-1)?.run).toMatchObject({
      state: 'failed',
      end: { error: { name: 'RunFailed', hasLocation: false } },
    });
  });

  it('follows no run any more once disposed', () => {
    const { feed, run, sent, metrics, timers } = setUp();
    feed.show(run);
    feed.pageIsReady();
    feed.dispose();
    metrics(0);
    expect(timers).toEqual([]);
    expect(sent.length).toBe(1);
  });
});
