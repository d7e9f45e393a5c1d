import { dirname } from 'node:path';
import type { Launch } from '../runs/index.js';

/** Arguments by which a child talks to the editor. Under a debugger nobody listens. */
const CHANNEL_ARGUMENTS = ['--channel', 'ipc'];

/** A launch of the built-in JavaScript debugger. */
export interface NodeDebugConfiguration {
  readonly type: 'node';
  readonly request: 'launch';
  readonly name: string;
  readonly [key: string]: unknown;
}

/**
 * How a run is started under the built-in JavaScript debugger, so that breakpoints in the user's TypeScript stop.
 *
 * The user's file is compiled into a temporary folder, with its source map inside. So maps are read wherever a script lies, except
 * those of the package itself, whose frames are stepped over; and each new script waits until its breakpoints are set.
 */
export function debugConfiguration(name: string, { command, args, cwd, env }: Launch): NodeDebugConfiguration {
  const [program = '', ...rest] = args;
  const packageFiles = `${dirname(dirname(program)).replaceAll('\\', '/')}/**`;
  return {
    type: 'node',
    request: 'launch',
    name,
    runtimeExecutable: command,
    program,
    args: withoutChannel(rest),
    cwd,
    env: Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined)),
    console: 'internalConsole',
    internalConsoleOptions: 'openOnSessionStart',
    outputCapture: 'std',
    sourceMaps: true,
    pauseForSourceMap: true,
    outFiles: [],
    resolveSourceMapLocations: ['**', `!${packageFiles}`, '!**/node_modules/**'],
    skipFiles: ['<node_internals>/**', packageFiles],
    // The compiler's process and the engine's threads hold nothing of the user's.
    autoAttachChildProcesses: false,
  };
}

/** The command line without its channel. */
export function withoutChannel(args: readonly string[]): string[] {
  const at = args.findIndex((_, index) => CHANNEL_ARGUMENTS.every((part, offset) => args[index + offset] === part));
  return at === -1 ? [...args] : [...args.slice(0, at), ...args.slice(at + CHANNEL_ARGUMENTS.length)];
}
