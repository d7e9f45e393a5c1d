/** What ends a run from outside, and the exit code that tells of it: 128 and the signal's number, as shells count. */
export const INTERRUPTS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** A signal that asks the process to end. */
export type Interrupt = keyof typeof INTERRUPTS;

/** The part of `process` that hears signals. */
export interface SignalSource {
  on(event: Interrupt, listener: () => void): unknown;
  off(event: Interrupt, listener: () => void): unknown;
}

/** What a first and a second wish to end do. */
export interface InterruptHandlers {
  /** Asks for an end at the next batch. False: nothing runs yet that could be ended well. */
  stop(): boolean;
  /** Ends the process now. */
  exit(code: number): void;
  print(text: string): void;
}

/** Wishes to end, from signals and from the editor. */
export interface Interrupts {
  /** The first wish that came: its exit code; undefined while there was none. A wish from the editor counts 0. */
  readonly exitCode: number | undefined;
  /** A wish that is no signal: the editor's stop. */
  request(reason: string): void;
  /** The editor is gone: a wish too, but not a second one. */
  lost(reason: string): void;
  /** Stops listening. */
  dispose(): void;
}

/** The first wish ends the run well, with a checkpoint; the second ends the process at once. */
export function watchInterrupts(source: SignalSource, handlers: InterruptHandlers): Interrupts {
  let exitCode: number | undefined;
  const wish = (code: number, reason: string, again: string) => {
    const isFirst = exitCode === undefined;
    exitCode ??= code;
    if (!isFirst || !handlers.stop()) return handlers.exit(code === 0 ? INTERRUPTS.SIGINT : code);
    handlers.print(`\n${reason}: stopping at the next batch, with a checkpoint.${again}`);
  };
  const listeners = Object.entries(INTERRUPTS).map(([name, code]) => {
    const again = name === 'SIGINT' ? ' Press Ctrl-C again to end at once.' : ' A second signal ends at once.';
    return [name as Interrupt, () => wish(code, name === 'SIGINT' ? 'Ctrl-C' : name, again)] as const;
  });
  for (const [name, listener] of listeners) source.on(name, listener);
  return {
    get exitCode() {
      return exitCode;
    },
    request: (reason) => wish(0, reason, ' A second stop ends at once.'),
    lost(reason) {
      if (exitCode === undefined) wish(0, reason, '');
    },
    dispose() {
      for (const [name, listener] of listeners) source.off(name, listener);
    },
  };
}
