import { isRunCommand, type RunCommand, type RunEvent } from '../protocol/index.js';

/** The part of `process` that talks to the program that started this one. */
export interface Parent {
  send?(message: unknown, handle: undefined, options: undefined, callback: (error: Error | null) => void): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'disconnect', listener: () => void): unknown;
}

/** Events on their way; with more of them the other side is slow, and need not hear of every step. */
const MAX_WAITING = 16;

/** What comes from the other side. */
export interface ChannelHandlers {
  command(command: RunCommand): void;
  /** The other side is gone, or has closed the channel. */
  lost(): void;
}

/** A way to the program that watches this run. */
export interface Channel {
  /** Sends an event without waiting. Progress is left out while many earlier events have not gone. */
  send(event: RunEvent): void;
  /** Resolves when everything sent has gone, or cannot go any more. */
  drained(): Promise<void>;
}

/**
 * Run events and commands over Node's IPC channel. Undefined when this process was started without one.
 */
export function openChannel(parent: Parent, handlers: ChannelHandlers): Channel | undefined {
  if (!parent.send) return undefined;
  const send = parent.send.bind(parent);
  let waiting = 0;
  let isLost = false;
  let whenDrained: (() => void)[] = [];
  const settle = () => {
    if (waiting > 0 && !isLost) return;
    for (const done of whenDrained) done();
    whenDrained = [];
  };
  parent.on('message', (message) => {
    if (isRunCommand(message)) handlers.command(message); // anything else is not ours to judge
  });
  parent.on('disconnect', () => {
    isLost = true;
    settle();
    handlers.lost();
  });
  return {
    send(event) {
      if (isLost || (event.type === 'progress' && waiting > MAX_WAITING)) return;
      waiting++;
      try {
        send(event, undefined, undefined, () => {
          waiting--;
          settle();
        });
      } catch {
        waiting--; // closed this very moment; 'disconnect' follows
      }
    },
    drained: () => (waiting === 0 || isLost ? Promise.resolve() : new Promise((resolve) => whenDrained.push(resolve))),
  };
}
