import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import type { CheckpointEvent, RunEvent } from 'lightning-tfjs/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import type { Schedule } from '../schedule.js';
import { type ChildListeners, type RunChild, startChild } from './child.js';
import { Run } from './run.js';
import type { RunChange } from './runRecord.js';

const FAKE = fileURLToPath(new URL('testing/fakeTrainer.mjs', import.meta.url));
const request = { kind: 'fit', file: '/project/model.ts', className: 'LitFake', cwd: '.', options: {} } as const;
const live: Run[] = [];

afterEach(async () => {
  for (const run of live.splice(0)) {
    for (let i = 0; i < 3; i++) run.stop();
    await run.ended;
  }
});

/** A run in a real process that follows a scenario of the fake Trainer. */
function start(scenario: string, { keepOutput = true } = {}): { run: Run; log: string[]; output: () => string } {
  const log: string[] = [];
  let output = '';
  const run = new Run('r1', request, {
    start: (listeners) =>
      startChild(
        {
          command: process.execPath,
          args: ['--max-old-space-size=32', FAKE, scenario],
          cwd: process.cwd(),
          env: process.env,
        },
        listeners,
      ),
    log: {
      output: (_stream, text) => {
        if (keepOutput) output += text;
      },
      info: (text) => log.push(text),
      warn: (text) => log.push(text),
    },
  });
  live.push(run);
  return { run, log, output: () => output };
}

/** Settles at the first change that passes. */
function until(run: Run, passes: (change: RunChange) => boolean): Promise<RunChange> {
  return new Promise((resolve) => {
    const listener = run.onChange((change) => {
      if (!passes(change)) return;
      listener.dispose();
      resolve(change);
    });
  });
}

const hasStarted = ({ event }: RunChange) => event?.type === 'run-started';

describe('Run, in a real process', () => {
  it('finishes with what the module logged', async () => {
    const { run } = start('finishes');
    expect(run.state).toBe('starting');
    expect(await run.ended).toEqual({
      reason: 'finished',
      metrics: { train_loss: 0.5 },
      checkpoint: '/c/last.ckpt',
      logDir: '/project/lightning_logs/version_0',
    });
    expect(run.state).toBe('finished');
    expect(run.model.series.get('train_loss')?.length).toBe(2);
  });

  it('fails with the place in the user source', async () => {
    const end = await start('fails').run.ended;
    expect(end.reason).toBe('failed');
    expect(end.error).toMatchObject({
      name: 'TypeError',
      message: 'x is not a function',
      location: { file: '/project/model.ts', line: 12, column: 5 },
    });
  });

  it('fails with what was printed when no event says why', async () => {
    const end = await start('isUsedWrongly').run.ended;
    expect(end).toMatchObject({ reason: 'failed', logDir: null });
    expect(end.error?.message).toBe("There is no class 'Lit'. Did you mean 'LitFake'?");
  });

  it('fails when the program does not exist', async () => {
    const run = new Run('r1', request, {
      start: (listeners) => startChild({ command: '/nowhere/node', args: [], cwd: '.', env: {} }, listeners),
      log: { output: () => undefined, info: () => undefined, warn: () => undefined },
    });
    expect((await run.ended).error).toMatchObject({ name: 'StartFailed', message: expect.stringContaining('ENOENT') });
  });

  it.skipIf(process.platform === 'win32')('is lost when the process is killed, and keeps what it logged', async () => {
    const { run } = start('isKilled');
    const end = await run.ended;
    expect(end.reason).toBe('lost');
    expect(end.error?.message).toContain('SIGKILL');
    expect(run.model.series.get('train_loss')?.length).toBe(1);
  });

  it('is lost when the process leaves without a word', async () => {
    const end = await start('leaves').run.ended;
    expect(end).toMatchObject({ reason: 'lost', error: { message: expect.stringContaining('exit code 0') } });
  });

  it('stops when asked', async () => {
    const { run } = start('stopsWhenAsked');
    await until(run, hasStarted);
    expect(run.state).toBe('running');
    run.stop();
    expect(run.state).toBe('stopping');
    expect(await run.ended).toMatchObject({ reason: 'stopped', checkpoint: '/c/last.ckpt' });
  });

  it('stops when asked before it has started', async () => {
    const { run } = start('stopsWhenAsked');
    run.stop();
    expect((await run.ended).reason).toBe('stopped');
  });

  it('stops when asked before it has begun, and has nothing to tell', async () => {
    const { run } = start('leavesWhenAskedEarly');
    run.stop();
    expect(await run.ended).toEqual({ reason: 'stopped', metrics: {}, checkpoint: null, logDir: null });
  });

  it('is killed at the third call when it does not listen', async () => {
    const { run } = start('ignoresStop');
    await until(run, hasStarted);
    run.stop();
    run.stop();
    run.stop();
    expect((await run.ended).reason).toBe('stopped');
  });

  it.skipIf(process.platform === 'win32')('takes with it what it started', async () => {
    const { run } = start('leavesAChildBehind');
    const { event } = await until(run, (change) => change.event?.type === 'warning');
    const grandchild = Number((event as Extract<RunEvent, { type: 'warning' }>).message);
    for (let i = 0; i < 3; i++) run.stop();
    await run.ended; // the grandchild holds the output open: that it closed says that it is gone
    expect(isAlive(grandchild)).toBe(false);
  });

  it.skipIf(process.platform === 'win32')('is killed when it hangs in a loop, and keeps what it logged', async () => {
    const { run } = start('hangs');
    await until(run, ({ series }) => series.length > 0);
    for (let i = 0; i < 3; i++) run.stop();
    expect((await run.ended).reason).toBe('stopped');
    expect(run.model.series.get('train_loss')?.length).toBe(1);
  });

  it('is lost when it runs out of memory, says so, and keeps what it logged', async () => {
    const { run } = start('runsOutOfMemory');
    const end = await run.ended;
    expect(end.reason).toBe('lost');
    expect(end.error?.message).toMatch(/out of memory/);
    expect(run.model.series.get('train_loss')?.length).toBe(1);
  });

  it('takes a million lines of output without stalling its host', async () => {
    const { run } = start('printsAMillionLines', { keepOutput: false });
    const delay = monitorEventLoopDelay({ resolution: 10 });
    delay.enable();
    expect((await run.ended).reason).toBe('finished');
    delay.disable();
    expect(delay.max / 1e6).toBeLessThan(500); // a turn of a busy machine; a stall takes seconds
    expect(run.model.series.get('train_loss')?.length).toBe(1);
  });

  it('ignores messages that are no events, and does not fill the log with them', async () => {
    const { run, log } = start('talksNonsense');
    expect((await run.ended).reason).toBe('finished');
    expect(log.filter((line) => line.includes('no event')).length).toBe(5);
    expect(run.model.series.get('train_loss')?.length).toBe(1);
  });

  it('refuses a protocol that it could misread', async () => {
    const end = await start('speaksANewerProtocol').run.ended;
    expect(end).toMatchObject({ reason: 'failed', error: { name: 'ProtocolMismatch' } });
  });

  it('loses no event behind a flood of output', async () => {
    const { run, output } = start('printsALot');
    expect((await run.ended).reason).toBe('finished');
    expect(output()).toContain('line 19999');
  });
});

/** A run whose process and clock are in the test's hands. */
function pretend() {
  let listeners: ChildListeners | undefined;
  let isKilled = false;
  const sent: string[] = [];
  const timers: { delayMs: number; task: () => void; isCancelled: boolean }[] = [];
  const schedule: Schedule = (delayMs, task) => {
    const timer = { delayMs, task, isCancelled: false };
    timers.push(timer);
    return () => {
      timer.isCancelled = true;
    };
  };
  const child: RunChild = {
    pid: 1,
    send: ({ command }) => sent.push(command) > 0,
    kill: () => {
      isKilled = true;
    },
  };
  const run = new Run('r1', request, {
    start: (its) => {
      listeners = its;
      return child;
    },
    log: { output: () => undefined, info: () => undefined, warn: () => undefined },
    schedule,
  });
  return {
    run,
    sent,
    isKilled: () => isKilled,
    say: (event: unknown) => listeners?.onMessage(event),
    /** Lets the time of the only pending timer pass. */
    elapse: () => {
      const pending = timers.filter((timer) => !timer.isCancelled);
      expect(pending.length).toBe(1);
      const [timer] = pending;
      if (timer) timer.isCancelled = true;
      timer?.task();
    },
  };
}

describe('Run, when its process does not answer', () => {
  it('asks again, then kills it', () => {
    const { run, sent, elapse, isKilled } = pretend();
    run.stop();
    elapse();
    expect(sent).toEqual(['stop', 'stop']);
    expect(isKilled()).toBe(false);
    elapse();
    expect(isKilled()).toBe(true);
  });

  it('waits for as long as it says something', () => {
    const { run, sent, say, elapse } = pretend();
    run.stop();
    const checkpoint: CheckpointEvent = {
      type: 'checkpoint',
      time: 1,
      path: '/c/a.ckpt',
      epoch: 0,
      globalStep: 1,
      sizeBytes: 1,
      monitor: null,
      score: null,
      best: null,
      last: null,
      removed: [],
    };
    say(checkpoint);
    expect(sent).toEqual(['stop']);
    elapse(); // the deadline that began with the checkpoint; the one before is gone
    expect(sent).toEqual(['stop', 'stop']);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')); // Z: dead, and only waiting for its parent to notice
  } catch {
    return true; // no /proc on this system
  }
}
