import type * as vscode from 'vscode';
import type { RunLog, RunRequest } from './runs/index.js';
import { requestTitle } from './runs/runnable.js';

/** Writes what a run prints into the output channel, under its name. What comes at once goes in at once: a line a call is slow. */
export function runLog(channel: vscode.LogOutputChannel, request: RunRequest): RunLog {
  const name = requestTitle(request);
  const prefixed = (text: string) => `[${name}] ${text.trimEnd()}`;
  return {
    output(stream, text) {
      if (text.trim() === '') return;
      if (stream === 'stdout') channel.info(prefixed(text));
      else channel.warn(prefixed(text));
    },
    info: (text) => channel.info(prefixed(text)),
    warn: (text) => channel.warn(prefixed(text)),
  };
}
