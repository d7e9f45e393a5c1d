import type { Profiler } from 'node:inspector';
import { basename } from 'node:path';
import type { ActionTimeline } from './actionTimeline.js';
import { sourceOf } from './cpuProfile.js';

/** What is told of samples outside of all actions. */
const BETWEEN = 'between actions';

interface Times {
  self: number;
  total: number;
}

/** How much of an action's time each function took, in microseconds. */
export class FunctionTimes {
  /** By function and place. */
  readonly #functions = new Map<string, Times>();

  /** @param stack the function that ran, and those that called it, each once */
  count(stack: readonly string[], duration: number): void {
    for (const [depth, name] of stack.entries()) {
      const times = this.#functions.get(name) ?? { self: 0, total: 0 };
      this.#functions.set(name, times);
      times.total += duration;
      if (depth === 0) times.self += duration;
    }
  }

  /** Adds those of another run. */
  add(other: FunctionTimes): void {
    for (const [name, { self, total }] of other.#functions) {
      const times = this.#functions.get(name) ?? { self: 0, total: 0 };
      this.#functions.set(name, { self: times.self + self, total: times.total + total });
    }
  }

  /**
   * The functions that took the most time themselves.
   * @param restriction how many: a count, or a fraction of them below 1
   */
  table(restriction: number): string {
    const sorted = [...this.#functions].sort(([, a], [, b]) => b.self - a.self || b.total - a.total);
    const shown = sorted.slice(0, restriction <= 1 ? Math.ceil(sorted.length * restriction) : Math.floor(restriction));
    const milliseconds = (time: number) => (time / 1000).toFixed(1).padStart(10);
    const rows = shown.map(([name, { self, total }]) => `${milliseconds(self)}  ${milliseconds(total)}  ${name}`);
    const rest = sorted.length - shown.length;
    return [
      '   self ms    total ms  function',
      ...rows,
      ...(rest > 0 ? [`${' '.repeat(24)}and ${rest} more`] : []),
      '',
    ].join('\n');
  }
}

/** The functions of a CPU profile, by the action in whose time they ran. */
export function functionTimes(profile: Profiler.Profile, timeline: ActionTimeline): Map<string, FunctionTimes> {
  const stacks = stacksOf(profile.nodes);
  const actionAt = timeline.reader();
  // First by action and node: a function's callers are walked once, and not at each sample.
  const spent = new Map<string, Map<number, number>>();
  let time = profile.startTime;
  for (const [index, id] of (profile.samples ?? []).entries()) {
    time += profile.timeDeltas?.[index] ?? 0;
    const duration = Math.max(0, profile.timeDeltas?.[index + 1] ?? 0); // until the next sample
    const action = actionAt(time) ?? BETWEEN;
    const nodes = spent.get(action) ?? new Map<number, number>();
    spent.set(action, nodes);
    nodes.set(id, (nodes.get(id) ?? 0) + duration);
  }
  return new Map(
    [...spent].map(([action, nodes]) => {
      const times = new FunctionTimes();
      for (const [id, duration] of nodes) times.count(stacks(id), duration);
      return [action, times];
    }),
  );
}

/** Gives a node's function and its callers', innermost first, each once: recursion must not count twice. */
function stacksOf(nodes: readonly Profiler.ProfileNode[]): (id: number) => string[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id])));
  const names = new Map<number, string>();
  const nameOf = (id: number) => {
    let name = names.get(id);
    if (name === undefined) {
      const node = byId.get(id);
      name = node ? describe(node.callFrame) : '(unknown)';
      names.set(id, name);
    }
    return name;
  };
  return (id) => {
    const stack = new Set<string>();
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const name = nameOf(at);
      if (name !== '(root)') stack.add(name);
    }
    return [...stack];
  };
}

/** `trainingStep lit.ts:12`, by the person's own source. */
function describe({ functionName, url, lineNumber, columnNumber }: Profiler.ProfileNode['callFrame']): string {
  const name = functionName || '(anonymous)';
  if (url === '') return name;
  const place = sourceOf(url, lineNumber, columnNumber);
  return place ? `${name} ${basename(place.file)}:${place.line}` : `${name} ${basename(url)}:${lineNumber + 1}`;
}
