import { isRunCommand } from '../protocol/index.js';
import type { Wire } from './channel.js';

/** The part of `process` that talks to the program that started this one. */
export interface Parent {
  send?(message: unknown, handle: undefined, options: undefined, callback: (error: Error | null) => void): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'disconnect', listener: () => void): unknown;
}

/** Node's own IPC channel. Undefined when this process was started without one. */
export function ipcWire(parent: Parent): Wire | undefined {
  if (!parent.send) return undefined;
  const send = parent.send.bind(parent);
  return {
    send(event, done) {
      try {
        send(event, undefined, undefined, done);
      } catch {
        done(); // closed this very moment; 'disconnect' follows
      }
    },
    listen(listener) {
      parent.on('message', (message) => {
        if (isRunCommand(message)) listener.command(message);
        // The user's own code may talk over this channel, too: anything else is not ours to judge.
        else if (typeof message === 'object' && message !== null && 'command' in message) listener.broken();
      });
      parent.on('disconnect', () => listener.closed());
    },
  };
}
