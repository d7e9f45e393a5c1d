import type { RunEvent } from 'lightning-tfjs/protocol';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { RunModel } from '../../runs/runModel.js';
import type { RunRecord } from '../../runs/runRecord.js';

const editor = vi.hoisted(() => ({
  TreeItem: class {
    constructor(
      readonly label: string,
      readonly collapsibleState: number,
    ) {}
  },
  TreeItemCollapsibleState: { None: 0 },
  ThemeIcon: class {
    constructor(readonly id: string) {}
  },
  ThemeColor: class {},
  MarkdownString: class {
    isTrusted?: boolean;
    supportHtml?: boolean;
    value = '';
    appendMarkdown(text: string) {
      this.value += text;
    }
    appendText(text: string) {
      this.value += `⟦${text}⟧`; // what the editor escapes
    }
  },
  EventEmitter: class {
    event = () => ({ dispose: () => undefined });
    fire = vi.fn();
    dispose = () => undefined;
  },
  commands: { executeCommand: vi.fn() },
  l10n: { t: (text: string) => text },
}));
vi.mock('vscode', () => editor);
const { RunTree } = await import('./runTree.js');
const { formatDuration } = await import('./runItem.js');

function record(title: string, more: Partial<RunRecord> = {}, ...events: RunEvent[]): RunRecord {
  const model = new RunModel();
  for (const event of events) model.apply(event);
  return {
    id: title,
    title,
    state: 'finished',
    directory: `/logs/${title}`,
    request: undefined,
    model,
    end: undefined,
    load: async () => undefined,
    stop: () => undefined,
    onChange: () => ({ dispose: () => undefined }),
    ...more,
  };
}

const started = (time: number, hparams: Record<string, unknown> = {}): RunEvent => ({
  type: 'run-started',
  time,
  protocol: 2,
  runId: 'r',
  pid: 1,
  kind: 'fit',
  moduleName: 'Lit',
  logDir: null,
  engine: { accelerator: 'cpu', backend: 'wasm', why: '' },
  options: {},
  hparams,
  summary: { rows: [], trainable: 0, total: 0 },
});
const ended = (time: number): RunEvent => ({
  type: 'run-ended',
  time,
  reason: 'finished',
  epoch: 0,
  globalStep: 1,
  metrics: {},
  checkpoint: null,
});
const finished = (metrics: Record<string, number>) => ({
  reason: 'finished' as const,
  metrics,
  checkpoint: null,
  logDir: null,
});

let pending: (() => void)[] = [];
let changed: () => void = () => undefined;
function tree(...records: RunRecord[]) {
  pending = [];
  return new RunTree(
    {
      records,
      onRecords: (listener) => {
        changed = () => listener(records[0] as RunRecord);
        return { dispose: () => undefined };
      },
    },
    (_delay, task) => {
      pending.push(task);
      return () => undefined;
    },
  );
}

beforeEach(() => vi.clearAllMocks());
const titles = (view: InstanceType<typeof RunTree>) => view.getChildren().map(({ title }) => title);

describe('RunTree', () => {
  const a = record('a', { end: finished({ val_loss: 0.5 }) }, started(0, { lr: 0.1 }), ended(10_000));
  const b = record('b', { end: finished({ val_loss: 0.25 }), state: 'failed' }, started(0), ended(90_000));
  const c = record('c', { state: 'running' }, started(Date.now()));

  it.each([
    ['newest', ['c', 'b', 'a']],
    ['name', ['c', 'a', 'b']],
    ['metric', ['c', 'b', 'a']],
    ['duration', ['c', 'a', 'b']],
  ] as const)('sorts by %s, with what goes on first', (order, expected) => {
    const view = tree(b, a, c);
    view.order = order;
    expect(titles(view)).toEqual(order === 'newest' ? ['c', 'b', 'a'] : expected);
  });

  it.each([
    [{ text: 'LR=0.1' }, ['a']],
    [{ text: '/logs/b' }, ['b']],
    [{ states: ['failed', 'running'] as const }, ['c', 'b']],
    [{}, ['c', 'b', 'a']],
  ])('filters by %j', (filter, expected) => {
    const view = tree(b, a, c);
    view.filter = filter;
    expect(titles(view)).toEqual(expected);
  });

  it('draws anew once for many changes', () => {
    tree(a);
    for (let i = 0; i < 100; i++) changed();
    expect(pending.length).toBe(1);
  });

  it('shows state, best metric and duration, and offers what fits the state', () => {
    const view = tree(a, c);
    expect(view.getTreeItem(a)).toMatchObject({
      description: 'a · val_loss 0.5 · 10 s',
      iconPath: { id: 'pass' },
      contextValue: 'run.over.disk',
    });
    expect(view.getTreeItem(c)).toMatchObject({ iconPath: { id: 'loading~spin' }, contextValue: 'run.active.disk' });
  });

  it('takes what a run says of itself for text', () => {
    const evil = '<img src=x onerror=alert(1)> [x](command:evil)';
    const run = record(evil, { end: finished({ [evil]: 1 }) }, started(0, { [evil]: evil, __proto__: 1 }));
    const { tooltip } = tree(run).getTreeItem(run) as {
      tooltip: { isTrusted: boolean; supportHtml: boolean; value: string };
    };
    expect(tooltip).toMatchObject({ isTrusted: false, supportHtml: false });
    expect(tooltip.value.replace(/⟦[^⟧]*⟧/gs, '')).not.toContain('img');
  });
});

describe('formatDuration', () => {
  it.each([
    [420, '0.4 s'],
    [59_999, '59 s'],
    [200_000, '3 min 20 s'],
    [3_720_000, '1 h 02 min'],
  ])('%d ms is %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });
});
