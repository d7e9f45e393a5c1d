/** Calls `task` once after `delayMs`, unless the function it returns is called before. Tests pass a clock of their own. */
export type Schedule = (delayMs: number, task: () => void) => () => void;

/** The real clock. A pending task does not keep the process alive. */
export const realSchedule: Schedule = (delayMs, task) => {
  const timer = setTimeout(task, delayMs);
  timer.unref?.();
  return () => clearTimeout(timer);
};
