import type * as vscode from 'vscode';
import type { RunLog, RunRequest } from './runs/index.js';
import { requestTitle } from './runs/runnable.js';

/** More than this in a second is left out of the channel, which would stall the editor; the run directory's `output.log` has it. */
const MAX_CHARACTERS_A_SECOND = 200_000;

/**
 * Writes what a run prints into the output channel, under its name. What comes at once goes in at once: a line a call is slow.
 * @param now milliseconds of any clock
 */
export function runLog(
  channel: Pick<vscode.LogOutputChannel, 'info' | 'warn'>,
  request: RunRequest,
  now: () => number = Date.now,
): RunLog {
  let second = now();
  let characters = 0;
  let leftOut = 0;
  const name = requestTitle(request);
  const prefixed = (text: string) => `[${name}] ${text.trimEnd()}`;
  return {
    output(stream, text) {
      if (text.trim() === '') return;
      if (now() - second >= 1000) {
        if (leftOut > 0) channel.warn(prefixed(`… ${leftOut} characters were left out here.`));
        [second, characters, leftOut] = [now(), 0, 0];
      }
      characters += text.length;
      if (characters > MAX_CHARACTERS_A_SECOND) {
        leftOut += text.length;
        return;
      }
      if (stream === 'stdout') channel.info(prefixed(text));
      else channel.warn(prefixed(text));
    },
    info: (text) => channel.info(prefixed(text)),
    warn: (text) => channel.warn(prefixed(text)),
  };
}
