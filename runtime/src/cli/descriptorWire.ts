import { Socket } from 'node:net';
import { LineSplitter, MAX_COMMAND_LINE_BYTES, parseRunCommand } from '../protocol/index.js';
import type { Wire } from './channel.js';
import { UsageError } from './errors.js';

/** Inherited descriptors: one in both directions, or one each way. */
export interface Descriptors {
  /** Commands are read here. */
  readonly read: number;
  /** Events are written here; the same number for a socket. */
  readonly write: number;
}

/**
 * Lines of JSON over descriptors that the starting program left open: pipes or sockets, never files.
 * @throws UsageError for a descriptor that is not open, or of another kind
 */
export function descriptorWire({ read, write }: Descriptors): Wire {
  const output = openSocket(write, { readable: read === write, writable: true });
  const separate = read === write ? undefined : openInput(read);
  const input = separate ?? output;
  return {
    send(event, done) {
      if (!output.writable) return done();
      output.write(`${JSON.stringify(event)}\n`, () => done());
    },
    listen(listener) {
      const splitter = new LineSplitter(MAX_COMMAND_LINE_BYTES);
      input.on('data', (bytes: Buffer) => {
        const skipped = splitter.skipped;
        for (const line of splitter.push(bytes)) {
          const command = parseRunCommand(line);
          if (command) listener.command(command);
          else listener.broken();
        }
        if (splitter.skipped > skipped) listener.broken();
      });
      // Its end of the commands, or a write that nobody takes: either way nobody is left.
      for (const stream of [output, ...(separate ? [separate] : [])]) {
        stream.on('error', () => stream.destroy());
        stream.on('end', () => listener.closed());
        stream.on('close', () => listener.closed());
      }
    },
  };
}

/** Standard input is Node's own: a second reader of the same descriptor would fail. */
function openInput(fd: number): Socket | NodeJS.ReadStream {
  return fd === 0 ? process.stdin : openSocket(fd, { readable: true, writable: false });
}

function openSocket(fd: number, direction: { readonly readable: boolean; readonly writable: boolean }): Socket {
  try {
    return new Socket({ fd, ...direction, allowHalfOpen: true });
  } catch (cause) {
    throw new UsageError({
      code: 'channel-fd',
      found: `Descriptor ${fd} is not open, or is neither a pipe nor a socket.`,
      fix: 'Let the program that starts lightning hand it down, as the third entry of stdio, or in pass_fds.',
      cause,
    });
  }
}
