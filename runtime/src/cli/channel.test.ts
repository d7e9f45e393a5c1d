import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../protocol/index.js';
import { openChannel } from './channel.js';

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

function open() {
  const parent = new FakeParent();
  const heard: unknown[] = [];
  const channel = openChannel(parent, { command: (command) => heard.push(command), lost: () => heard.push('lost') });
  if (!channel) throw new Error('no channel');
  return { parent, heard, channel };
}

describe('openChannel', () => {
  it('is undefined without a parent that listens', () => {
    expect(openChannel(new EventEmitter(), { command: () => undefined, lost: () => undefined })).toBeUndefined();
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

  it('passes on commands and nothing else', () => {
    const { parent, heard } = open();
    for (const message of [{ command: 'pause' }, { command: 'explode' }, 'stop', null]) parent.emit('message', message);
    expect(heard).toEqual([{ command: 'pause' }]);
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
    const broken = openChannel(parent, { command: () => undefined, lost: () => undefined });
    broken?.send(LOG);
    await broken?.drained();
    await channel.drained();
  });
});
