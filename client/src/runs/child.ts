import { spawn } from 'node:child_process';
import type { RunCommand } from 'lightning-tfjs/protocol';
import { killTree } from './killTree.js';

/** After the process is gone, its channels are read for at most so long: a grandchild may hold them open for ever. */
const DRAIN_MS = 1000;

/** What to start: a program and its arguments, never a shell string. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
}

/** How a process ended; `error` when it could not even start. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: string | null;
  readonly error?: Error;
}

/** What is told of a process. Nothing more comes after `onExit`. */
export interface ChildListeners {
  onMessage(message: unknown): void;
  onOutput(stream: 'stdout' | 'stderr', text: string): void;
  onExit(exit: ChildExit): void;
}

/** A running process of a Trainer. */
export interface RunChild {
  readonly pid: number | undefined;
  /** False when the process no longer listens. */
  send(command: RunCommand): boolean;
  /** Ends it and all that it started, at once. */
  kill(): void;
}

/** Starts a Trainer's process, whose events come over Node's own channel: no port is opened. */
export function startChild({ command, args, cwd, env }: Launch, listeners: ChildListeners): RunChild {
  const child = spawn(command, [...args], {
    cwd,
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    shell: false,
    windowsHide: true,
    detached: process.platform !== 'win32', // leads its own group, so that the group can be killed
  });
  let isOver = false;
  let hasExited = false;
  const finish = (exit: ChildExit) => {
    if (isOver) return;
    isOver = true;
    listeners.onExit(exit);
  };
  child.on('message', (message) => {
    if (!isOver) listeners.onMessage(message);
  });
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      if (!isOver) listeners.onOutput(stream, text);
    });
  }
  child.on('error', (error) => {
    if (child.pid === undefined) finish({ code: null, signal: null, error });
    // Otherwise a message could not be sent; the exit that follows says more.
  });
  child.on('exit', (code, signal) => {
    hasExited = true;
    if (child.pid !== undefined && process.platform !== 'win32') killTree(child.pid); // what it left behind
    // Messages and output may still be on their way: both channels close after the last of them.
    let open = 1 + Number(child.connected);
    const closed = () => {
      open--;
      if (open === 0) finish({ code, signal });
    };
    child.once('close', closed);
    if (child.connected) child.once('disconnect', closed);
    setTimeout(() => finish({ code, signal }), DRAIN_MS).unref();
  });
  return {
    pid: child.pid,
    send(message) {
      if (!child.connected) return false;
      child.send(message, () => undefined); // a failed write shows as the exit that follows
      return true;
    },
    kill() {
      if (child.pid !== undefined && !hasExited) killTree(child.pid);
    },
  };
}
