import type { RunCommand, RunEvent } from '../protocol/index.js';

/** How events leave this process, and commands come in. */
export interface Wire {
  /** Sends without waiting. Calls `done` once the event has gone, or cannot go any more. */
  send(event: RunEvent, done: () => void): void;
  listen(listener: WireListener): void;
}

/** What comes in over a {@link Wire}. */
export interface WireListener {
  command(command: RunCommand): void;
  /** Something came that was meant to be a command and is none. */
  broken(): void;
  /** The other side is gone, or has closed the channel. */
  closed(): void;
}

/** With more events on their way the other side is slow, and need not hear of every step. */
const MAX_WAITING = 16;
/** With more of them it has stopped reading: what `run.ndjson` has as well is left out, so that nothing fills our memory. */
const MAX_WAITING_ROWS = 1024;

/** Told whatever happens: without them a reader would not know how the run stands. */
const ESSENTIAL: readonly RunEvent['type'][] = ['run-started', 'checkpoint', 'pause', 'error', 'run-ended'];
/** The next one says it again. */
const REPLACED: readonly RunEvent['type'][] = ['progress', 'profile'];

/** What comes from the other side. */
export interface ChannelHandlers {
  command(command: RunCommand): void;
  /** The other side is gone, or has closed the channel. */
  lost(): void;
  /** Tells the person of a fault of the other side's. */
  warn(message: string): void;
}

/** A way to the program that watches this run. */
export interface Channel {
  /** Sends an event without waiting. Progress, and at last rows too, are left out while many earlier events have not gone. */
  send(event: RunEvent): void;
  /** Resolves when everything sent has gone, or cannot go any more. */
  drained(): Promise<void>;
}

/** Run events and commands over a wire. A slow reader costs itself only: nothing here waits for it. */
export function openChannel(wire: Wire, handlers: ChannelHandlers): Channel {
  let waiting = 0;
  let isLost = false;
  let isWarned = false;
  let leftOut = 0;
  let whenDrained: (() => void)[] = [];
  const settle = () => {
    if (waiting > 0 && !isLost) return;
    for (const done of whenDrained) done();
    whenDrained = [];
  };
  const post = (event: RunEvent) => {
    waiting++;
    wire.send(event, () => {
      waiting--;
      if (leftOut > 0 && waiting <= MAX_WAITING && !isLost) tellLeftOut();
      settle();
    });
  };
  const tellLeftOut = () => {
    const message = `The program that listens was slow: ${leftOut} of the run's messages to it were left out. The run directory has them.`;
    leftOut = 0;
    post({ type: 'warning', time: Date.now(), message });
  };
  wire.listen({
    command: handlers.command,
    broken() {
      if (!isWarned)
        handlers.warn('The program that started this run sent something that is no command; it is ignored.');
      isWarned = true;
    },
    closed() {
      if (isLost) return;
      isLost = true;
      settle();
      handlers.lost();
    },
  });
  return {
    send(event) {
      if (isLost || (waiting > MAX_WAITING && REPLACED.includes(event.type))) return;
      if (waiting > MAX_WAITING_ROWS && !ESSENTIAL.includes(event.type)) leftOut++;
      else post(event);
    },
    drained: () => (waiting === 0 || isLost ? Promise.resolve() : new Promise((resolve) => whenDrained.push(resolve))),
  };
}
