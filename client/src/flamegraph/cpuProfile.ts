import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FlameCategory } from '@lightning-typescript/webview/messages';
import type { SourceLocation } from 'lightning-tfjs/protocol';
import { UserError } from '../userError.js';
import { type FlameProfile, newColumns, type ProfileFrame, partOf } from './flameProfile.js';

/** How much of a `.cpuprofile` is taken: a file from elsewhere may be anything. */
export interface CpuProfileLimits {
  /** Default: 1,000,000. */
  readonly nodes: number;
  /** Default: 5,000,000. */
  readonly samples: number;
  /** Default: 1,000,000. */
  readonly spans: number;
  /** Calls inside of each other; deeper ones are left out. Default: 1,000. */
  readonly depth: number;
}

const DEFAULT_LIMITS: CpuProfileLimits = { nodes: 1_000_000, samples: 5_000_000, spans: 1_000_000, depth: 1_000 };
const MAX_NAME_LENGTH = 1_000;
/** What V8 calls the time in which no function of anyone ran. */
const NOBODY = new Set(['(root)', '(program)', '(idle)']);

interface CallNode {
  readonly frame: number;
  parent: number;
}

/**
 * Reads V8's CPU profile: samples of the stack become spans, equal neighbours one. Throws `UserError` when the text is no such profile.
 * Format: the Chrome DevTools Protocol's `Profiler.Profile`.
 */
export function parseCpuProfile(text: string, limits: Partial<CpuProfileLimits> = {}): FlameProfile {
  const bounds = { ...DEFAULT_LIMITS, ...limits };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw notOne('it is not JSON');
  }
  if (!isRecord(value) || !Array.isArray(value.nodes)) throw notOne('it has no list of nodes');
  if (!Array.isArray(value.samples) || !Array.isArray(value.timeDeltas)) throw notOne('it has no samples');
  if (value.nodes.length > bounds.nodes || value.samples.length > bounds.samples) {
    throw new UserError(
      `The profile has ${value.nodes.length} nodes and ${value.samples.length} samples; ${bounds.nodes} and ${bounds.samples} can be shown.`,
    );
  }
  const { nodes, frames, skipped } = readNodes(value.nodes);
  const builder = new SpanBuilder(bounds.spans);
  // Times count from the first sample: what V8 did before it is of no use.
  let time = 0;
  let unknown = 0;
  for (const [i, id] of value.samples.entries()) {
    // A clock that went backwards stands still.
    if (i > 0) time += Math.max(0, finite(value.timeDeltas[i]));
    const node = nodes.get(id as number);
    if (!node) unknown++;
    builder.sample(stackOf(node, nodes, frames, bounds.depth), time);
  }
  const begun = finite(value.startTime) + finite(value.timeDeltas[0]);
  builder.sample([], Math.max(time, Math.min(finite(value.endTime) - begun, time + 1_000_000)));
  return { ...builder.profile(frames), skipped: skipped + unknown };
}

function readNodes(list: readonly unknown[]): {
  nodes: Map<number, CallNode>;
  frames: ProfileFrame[];
  skipped: number;
} {
  const nodes = new Map<number, CallNode>();
  const frames: ProfileFrame[] = [];
  const known = new Map<string, number>();
  const families: [number, readonly unknown[]][] = [];
  const parents: [number, number][] = [];
  let skipped = 0;
  for (const node of list) {
    if (!isRecord(node) || typeof node.id !== 'number' || nodes.has(node.id) || !isRecord(node.callFrame)) {
      skipped++;
      continue;
    }
    const { functionName, url, lineNumber, columnNumber } = node.callFrame;
    const key = `${functionName}\0${url}\0${lineNumber}\0${columnNumber}`;
    let frame = known.get(key);
    if (frame === undefined) {
      frame = frames.push(frameOf(functionName, url, lineNumber, columnNumber)) - 1;
      known.set(key, frame);
    }
    nodes.set(node.id, { frame, parent: Number.NaN });
    if (Array.isArray(node.children)) families.push([node.id, node.children]);
    if (typeof node.parent === 'number') parents.push([node.id, node.parent]); // as older ones have it
  }
  for (const [parent, children] of families) {
    for (const child of children) {
      const node = nodes.get(child as number);
      if (node && Number.isNaN(node.parent)) node.parent = parent;
    }
  }
  for (const [child, parent] of parents) {
    const node = nodes.get(child);
    if (node && Number.isNaN(node.parent)) node.parent = parent;
  }
  return { nodes, frames, skipped };
}

function frameOf(functionName: unknown, url: unknown, line: unknown, column: unknown): ProfileFrame {
  const name = typeof functionName === 'string' && functionName !== '' ? functionName : '(anonymous)';
  const where = typeof url === 'string' ? url : '';
  const file = fileOf(where);
  const hasPlace = file !== undefined && Number.isSafeInteger(line) && (line as number) >= 0;
  // V8 counts from 0, and says -1 where it does not know.
  const source: SourceLocation | undefined = hasPlace
    ? { file, line: (line as number) + 1, column: Math.max(0, finite(column)) + 1 }
    : undefined;
  return { name: name.slice(0, MAX_NAME_LENGTH), category: categoryOf(name, where, file), source };
}

function categoryOf(name: string, url: string, file: string | undefined): FlameCategory {
  if (name === '(garbage collector)') return 'gc';
  if (url === '' || url.startsWith('node:')) return 'native';
  return file === undefined || /[\\/]node_modules[\\/]/.test(file) ? 'library' : 'user';
}

function fileOf(url: string): string | undefined {
  if (isAbsolute(url)) return url;
  if (!url.startsWith('file://')) return undefined;
  try {
    return fileURLToPath(url);
  } catch {
    return undefined; // of another computer, or broken
  }
}

/** Nodes from the outside in, without those of nobody. A circle of parents ends at the greatest depth. */
function stackOf(
  node: CallNode | undefined,
  nodes: ReadonlyMap<number, CallNode>,
  frames: readonly ProfileFrame[],
  depth: number,
): CallNode[] {
  const stack: CallNode[] = [];
  for (let at = node, steps = 0; at && steps < depth; at = nodes.get(at.parent), steps++) {
    if (!NOBODY.has(frames[at.frame]?.name ?? '')) stack.push(at);
  }
  return stack.reverse();
}

/** Puts samples together: a call that is in the next sample, too, goes on. */
class SpanBuilder {
  readonly #limit: number;
  #columns = newColumns(1024);
  #count = 0;
  #open: { readonly node: CallNode; readonly span: number }[] = [];
  #time = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The stack is this one from `time` on. */
  sample(stack: readonly CallNode[], time: number): void {
    this.#time = time;
    let same = 0;
    while (same < stack.length && this.#open[same]?.node === stack[same]) same++;
    while (this.#open.length > same) {
      const { span } = this.#open.pop() as { span: number };
      if (span >= 0) this.#columns.duration[span] = time - (this.#columns.start[span] as number);
    }
    for (const node of stack.slice(same)) this.#open.push({ node, span: this.#begin(node, time) });
  }

  profile(frames: readonly ProfileFrame[]): FlameProfile {
    return {
      columns: partOf(this.#columns, 0, this.#count),
      frames,
      shapes: [],
      endUs: this.#time,
      isComplete: true,
      isSampled: this.#count >= this.#limit,
      skipped: 0,
    };
  }

  #begin({ frame }: CallNode, time: number): number {
    if (this.#count >= this.#limit) return -1;
    if (this.#count === this.#columns.frame.length) this.#grow();
    const span = this.#count++;
    this.#columns.frame[span] = frame;
    this.#columns.parent[span] = this.#open.at(-1)?.span ?? -1;
    this.#columns.start[span] = time;
    return span;
  }

  #grow(): void {
    const grown = newColumns(this.#count * 2);
    for (const name of ['frame', 'parent', 'start', 'duration'] as const) grown[name].set(this.#columns[name]);
    this.#columns = grown;
  }
}

function notOne(why: string): UserError {
  return new UserError(
    `This is no CPU profile: ${why}. A .cpuprofile is written by the profiler 'advanced', Node.js (--cpu-prof) or Chrome.`,
  );
}

function finite(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
