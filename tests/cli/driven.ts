import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { parseRunEvent, type RunCommand, type RunEvent } from '../../runtime/src/protocol/index.js';
import { LIGHTNING } from './lightning.js';

/** How a test talks to a run: over Node's IPC channel, one socket, or a pipe each way. */
export type Way = 'ipc' | 'socket' | 'pipes';

/** A run in a process of its own that a test drives. */
export class DrivenRun {
  readonly child: ChildProcess;
  readonly events: RunEvent[] = [];
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
  /** How many batches have begun. */
  batches = 0;
  stderr = '';
  readonly #way: Way;
  #look: (() => void)[] = [];
  #rest = '';

  constructor(way: Way, args: readonly string[], cwd: string) {
    this.#way = way;
    const channel = { ipc: [], socket: ['--channel-fd', '3'], pipes: ['--channel-fd', '0,3'] }[way];
    this.child = spawn(process.execPath, [LIGHTNING, ...args, ...channel], {
      cwd,
      stdio: [way === 'pipes' ? 'pipe' : 'ignore', 'ignore', 'pipe', way === 'ipc' ? 'ipc' : 'pipe'],
    });
    this.child.stderr?.on('data', (data: Buffer) => {
      this.stderr += data;
      this.batches += String(data).split('#').length - 1;
      this.#changed();
    });
    if (way === 'ipc') this.child.on('message', (message) => this.#hear(JSON.stringify(message)));
    else this.#channel.on('data', (data: Buffer) => this.#read(data.toString()));
    // Not 'close', which does not come after a disconnect.
    const exitCode = new Promise<number | null>((resolve) => this.child.once('exit', resolve));
    this.ended = Promise.all([exitCode, this.child.stderr && once(this.child.stderr, 'end')]).then(([code]) => code);
  }

  send(command: RunCommand['command']): void {
    if (this.#way === 'ipc') this.child.send({ command });
    else this.sendText(`${JSON.stringify({ command })}\n`);
  }

  sendText(text: string): void {
    (this.#way === 'pipes' ? this.child.stdin : this.#channel)?.write(text);
  }

  /** Leaves it alone, as a program does that ends. */
  leave(): void {
    if (this.#way === 'ipc') this.child.disconnect();
    else if (this.#way === 'socket') this.#channel.destroy();
    else this.child.stdin?.destroy();
  }

  /** Resolves with the first event that passes. */
  async event<T extends RunEvent['type']>(type: T): Promise<Extract<RunEvent, { type: T }>> {
    const isIt = (event: RunEvent): event is Extract<RunEvent, { type: T }> => event.type === type;
    await this.until(() => this.events.some(isIt));
    return this.events.find(isIt) as Extract<RunEvent, { type: T }>; // just waited for
  }

  async until(passes: () => boolean): Promise<void> {
    while (!passes()) await new Promise<void>((resolve) => this.#look.push(resolve));
  }

  get #channel(): Duplex {
    return this.child.stdio[3] as Duplex; // a pipe, by the constructor
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#hear(line);
  }

  #hear(line: string): void {
    const event = parseRunEvent(line);
    if (!event) throw new Error(`This is no event: ${line}`);
    this.events.push(event);
    this.#changed();
  }

  #changed(): void {
    for (const again of this.#look.splice(0)) again();
  }
}
