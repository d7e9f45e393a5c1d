import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunCommand, RunEvent } from '../protocol/index.js';
import { toErrorEvent } from '../sourceMaps/index.js';
// Past the room's door, which would load the engine: help and complaints must come at once.
import { checkOption } from '../trainer/options.js';
import { TRAINER_OPTIONS } from '../trainer/optionTable.js';
import { parseArgs, type RunRequest } from './args.js';
import { type Channel, type ChannelHandlers, openChannel } from './channel.js';
import { descriptorWire } from './descriptorWire.js';
import { exitCodeOf, UsageError } from './errors.js';
import { helpText } from './help.js';
import { watchInterrupts } from './interrupts.js';
import { ipcWire } from './ipcWire.js';
import { reportError } from './report.js';
import { runRequest } from './runRequest.js';
import type { CliTrainer } from './runtimeParts.js';

/** A watcher that hangs must not keep a finished run alive. */
const DRAIN_LIMIT_MS = 2_000;

/**
 * The command line: `lightning fit FILE …`, `lightning inspect FILE`.
 * @param argv without `node` and the script
 * @returns the exit code: 0 done, 1 failed, 2 wrong command line, 130 and the like after a signal. The user's code may have left
 * timers behind, so the caller ends the process with it
 */
export async function main(argv: readonly string[]): Promise<number> {
  let verbose = false;
  try {
    const request = await parseArgs(argv, { options: TRAINER_OPTIONS, check: checkOption });
    if (request.kind === 'run') {
      await checkFile(request.file);
      return await runHere(request);
    }
    if (request.kind === 'inspect') {
      ignoreClosedOutput();
      verbose = request.verbose;
      await (await import('./inspect.js')).inspect(request, print);
      return 0;
    }
    if (request.kind === 'upgrade') {
      ignoreClosedOutput();
      verbose = request.verbose;
      return await (await import('./upgrade/index.js')).upgrade(request, print);
    }
    console.log(request.kind === 'help' ? helpText(TRAINER_OPTIONS) : (await import('../core/index.js')).VERSION);
    return 0;
  } catch (error) {
    return fail(error, verbose);
  }
}

/** Resolved once the text is out: the process ends right after the last one. */
function print(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(`${text}\n`, () => resolve()));
}

/** One run in this process: with its signals, its channel to the editor, its warnings, and whatever nobody caught. */
async function runHere(request: RunRequest): Promise<number> {
  let trainer: CliTrainer | undefined;
  let hasReported = false;
  let hasBegun = false;
  const interrupts = watchInterrupts(process, {
    stop: () => {
      if (trainer) command(trainer, { command: 'stop' });
      return trainer !== undefined;
    },
    exit: (code) => process.exit(code),
    print: (text) => console.error(text),
  });
  /** What came before the run began. A run that begins forgets older wishes; these must not be lost. */
  let early: RunCommand[] = [];
  const channel = channelFor(request, {
    command: (given) => {
      if (given.command === 'stop') interrupts.request('Stop');
      else if (trainer && hasBegun) command(trainer, given);
      else early.push(given);
    },
    lost: () => interrupts.lost('The program that started this run is gone'),
    warn: (message) => process.emitWarning(message),
  });
  const watch = (started: CliTrainer) => {
    trainer = started;
    started.onEvent((event) => {
      hasReported ||= event.type === 'error';
      channel?.send(event);
      if (event.type !== 'run-started') return;
      hasBegun = true;
      if (interrupts.exitCode !== undefined) command(started, { command: 'stop' });
      for (const given of early) command(started, given);
      early = [];
    });
  };
  const stopWarning = showWarnings();
  ignoreClosedOutput();
  try {
    const isStopping = () => interrupts.exitCode !== undefined;
    await Promise.race([runRequest(request, { watch, isStopping, print: console.log }), uncaught()]);
    return interrupts.exitCode ?? 0;
  } catch (error) {
    if (!hasReported) await sendFailure(error, (event) => channel?.send(event));
    return await fail(error, request.verbose);
  } finally {
    if (channel) await Promise.race([channel.drained(), delay(DRAIN_LIMIT_MS, undefined, { ref: false })]);
    stopWarning();
    interrupts.dispose();
  }
}

/**
 * The way to the program that watches this run; undefined when nobody does.
 * @throws UsageError for `lightning run` without such a program, and for descriptors that cannot be used
 */
function channelFor({ channel, isDriven, printsConfig }: RunRequest, handlers: ChannelHandlers): Channel | undefined {
  if (typeof channel === 'object') return openChannel(descriptorWire(channel), handlers);
  const wire = channel === 'ipc' || isDriven ? ipcWire(process) : undefined;
  if (wire) return openChannel(wire, handlers);
  if (!isDriven || printsConfig) return undefined;
  throw new UsageError({
    code: 'no-channel',
    found: '`lightning run` talks to the program that starts it, and was started without a channel.',
    fix: 'In a terminal write lightning fit FILE; in a program start it with an IPC channel, or give --channel-fd N.',
  });
}

async function checkFile(file: string): Promise<void> {
  const info = await stat(file).catch(() => undefined);
  const wrong = (code: string, found: string) =>
    new UsageError({ code, found, fix: 'FILE is a TypeScript or JavaScript file that exports a LightningModule.' });
  if (!info) throw wrong('no-such-file', `There is no file ${file}.`);
  if (!info.isFile()) throw wrong('not-a-file', `${file} is not a file.`);
  if (!/^\.[cm]?[jt]sx?$/.test(extname(file)))
    throw wrong('file-type', `${file} is neither TypeScript nor JavaScript.`);
}

async function fail(error: unknown, verbose?: boolean): Promise<number> {
  console.error(await reportError(error, { verbose: verbose || undefined, colors: process.stderr.isTTY }));
  return exitCodeOf(error);
}

function command(trainer: CliTrainer, given: RunCommand): void {
  trainer.command(given).catch((error: unknown) => process.emitWarning(`${given.command} failed: ${String(error)}`));
}

/** What goes wrong outside of what we await, in the user's timers and forgotten promises, ends the run as well. */
function uncaught(): Promise<never> {
  return new Promise((_, reject) => process.once('uncaughtException', reject));
}

/** A run that failed before it began has written no events of its own. */
async function sendFailure(error: unknown, send: (event: RunEvent) => void): Promise<void> {
  send(await toErrorEvent(error));
  send({
    type: 'run-ended',
    time: Date.now(),
    reason: 'failed',
    epoch: 0,
    globalStep: 0,
    metrics: {},
    checkpoint: null,
  });
}

/** Warnings in plain words, in place of Node's lines with process numbers. Editors get them as events of the run. */
function showWarnings(): () => void {
  const before = process.listeners('warning');
  const show = (warning: Error) => {
    const { name, message } = warning;
    if (name !== 'Warning') {
      for (const listener of before) listener(warning); // a DeprecationWarning and its like are Node's to show
      return;
    }
    console.error(`Warning: ${message}`);
  };
  process.removeAllListeners('warning');
  process.on('warning', show);
  return () => {
    process.off('warning', show);
    for (const listener of before) process.on('warning', listener);
  };
}

/** When the reader of our output goes away (`| head`, a closed editor), training goes on to its end or to its checkpoint. */
function ignoreClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
