import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../protocol/index.js';
import { openChannel, type Wire } from './channel.js';
import { ipcWire } from './ipcWire.js';

/** A process whose messages go out when the test says so. */
class FakeParent extends EventEmitter {
  readonly sent: unknown[] = [];
  readonly #callbacks: ((error: Error | null) => void)[] = [];
  send = (message: unknown, _handle: undefined, _options: undefined, callback: (error: Error | null) => void) => {
    this.sent.push(message);
    this.#callbacks.push(callback);
    return true;
  };
  drain(): void {
    for (const callback of this.#callbacks.splice(0)) callback(null);
  }
}

const LOG: RunEvent = { type: 'log', time: 1, message: 'x' };
const PROGRESS: RunEvent = {
  type: 'progress',
  time: 1,
  stage: 'train',
  epoch: 0,
  maxEpochs: 1,
  batch: 1,
  totalBatches: 2,
  globalStep: 1,
  batchesPerSecond: 1,
  metrics: {},
};

const wireTo = (parent: FakeParent): Wire => {
  const wire = ipcWire(parent);
  if (!wire) throw new Error('no wire');
  return wire;
};

function open() {
  const parent = new FakeParent();
  const heard: unknown[] = [];
  const channel = openChannel(wireTo(parent), {
    command: (command) => heard.push(command),
    lost: () => heard.push('lost'),
    warn: () => heard.push('warn'),
  });
  return { parent, heard, channel };
}

describe('a channel', () => {
  it('has no wire without a parent that listens', () => {
    expect(ipcWire(new EventEmitter())).toBeUndefined();
  });

  it('leaves out progress, and nothing else, while earlier events wait', () => {
    const { parent, channel } = open();
    const backlog = Array.from({ length: 17 }, () => LOG);
    for (const event of [...backlog, PROGRESS, LOG]) channel.send(event);
    expect(parent.sent).toEqual([...backlog, LOG]);
    parent.drain();
    channel.send(PROGRESS);
    expect(parent.sent).toEqual([...backlog, LOG, PROGRESS]);
  });

  it('passes on commands and nothing else, and warns once of what was meant to be one', () => {
    const { parent, heard } = open();
    for (const message of [{ command: 'pause' }, { command: 'explode' }, { command: 1 }, 'stop', null, { theirs: 1 }])
      parent.emit('message', message);
    expect(heard).toEqual([{ command: 'pause' }, 'warn']);
  });

  it('holds a bounded number of events for a reader that has stopped, none of consequence left out, and says so', () => {
    const { parent, channel } = open();
    const error: RunEvent = { type: 'error', time: 1, name: 'E', code: null, message: '', stack: null, location: null };
    for (let i = 0; i < 5000; i++) channel.send(LOG);
    channel.send(error);
    expect(parent.sent.length).toBeLessThan(1100);
    expect(parent.sent.at(-1)).toBe(error);
    const leftOut = 5001 - parent.sent.length;
    parent.drain();
    expect(parent.sent.at(-1)).toMatchObject({ type: 'warning', message: expect.stringContaining(`${leftOut} of`) });
  });

  it('resolves drained() when all has gone', async () => {
    const { parent, channel } = open();
    await channel.drained();
    channel.send(LOG);
    const drained = channel.drained();
    parent.drain();
    await drained;
  });

  it('sends and awaits nothing once the parent is gone', async () => {
    const { parent, heard, channel } = open();
    channel.send(LOG);
    const drained = channel.drained();
    parent.emit('disconnect');
    await drained;
    channel.send(LOG);
    expect(parent.sent).toEqual([LOG]);
    expect(heard).toEqual(['lost']);
  });

  it('survives a channel that closes while sending', async () => {
    const { parent, channel } = open();
    parent.send = () => {
      throw new Error('ERR_IPC_CHANNEL_CLOSED');
    };
    const handlers = { command: () => undefined, lost: () => undefined, warn: () => undefined };
    const broken = openChannel(wireTo(parent), handlers);
    broken.send(LOG);
    await broken.drained();
    await channel.drained();
  });
});
