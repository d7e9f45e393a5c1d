import {
  HOOKS,
  type HookName,
  type HookOwner,
  type HookRow,
  hookSequence,
  type SequenceCall,
  type SequenceNode,
} from 'lightning-tfjs/hooks';

/** What a class is called that defines hooks. */
export const OWNER_NAMES = {
  module: 'LightningModule',
  datamodule: 'LightningDataModule',
  callback: 'Callback',
} as const satisfies Record<HookOwner, string>;

/** The kinds of runs, the one in which a hook is looked for first at the beginning. */
const KINDS = ['fit', 'test', 'predict', 'validate'] as const;

/** True for the name of a hook. */
export function isHookName(name: string): name is HookName {
  return Object.hasOwn(HOOKS, name);
}

/** True when classes of a kind may define the hook. */
export function mayDefine(kind: HookOwner, hook: HookName): boolean {
  const { owners }: HookRow = HOOKS[hook];
  return owners.includes(kind);
}

/** A hook's parameters with their types, as a class of a kind declares them. */
export function paramsOf(hook: HookName, kind: HookOwner): string {
  const { params } = HOOKS[hook];
  const ofState = hook === 'stateDict' || hook === 'loadStateDict';
  if (kind !== 'callback' || ofState) return params;
  return ['trainer: Trainer, module: LightningModule', params].filter((each) => each !== '').join(', ');
}

/** All that is to be said about a hook, in Markdown: what for, when, its arguments, and whether `log` may be used. */
export function hookDocs(hook: HookName, kind: HookOwner): string {
  const { when, log, returns }: HookRow = HOOKS[hook];
  const place = placeOf(hook, kind);
  return [
    `\`\`\`ts\n${hook}(${paramsOf(hook, kind)}): ${returns}\n\`\`\``,
    `Hook of ${OWNER_NAMES[kind]}. ${when}`,
    ...(place === null ? [] : [place]),
    log === null
      ? '`log` is an error here.'
      : `\`log\` is allowed: ${
          log.onStep ? `by default a value of each ${log.default}` : 'for values of the epoch only (`onEpoch`)'
        }.`,
  ].join('\n\n');
}

/** Where a hook stands in the sequence of a run; null for one that no run calls by itself. */
function placeOf(hook: HookName, kind: HookOwner): string | null {
  for (const run of KINDS) {
    const calls = callsOf(run);
    const at = calls.findIndex((call) => call.hook === hook && call.owner === kind);
    if (at === -1) continue;
    const name = (call: SequenceCall | undefined) => call && `\`${call.hook}\`${who(call, kind)}`;
    const before = name(calls[at - 1]);
    const after = name(calls[at + 1]);
    const parts = [before && `after ${before}`, after && `before ${after}`].filter((each) => each !== undefined);
    return `In \`${run}\`: called ${parts.join(', ')}.`;
  }
  return null;
}

/** Whose hook it is, where that is somebody else. */
function who({ owner }: SequenceCall, kind: HookOwner): string {
  const names = { module: 'the module', callback: 'callbacks', datamodule: 'the data module' };
  return owner === kind ? '' : ` of ${names[owner]}`;
}

const known = new Map<string, readonly SequenceCall[]>();

/** The calls of a run of a module, a data module and a callback that define every hook, each at its first time. */
function callsOf(kind: (typeof KINDS)[number]): readonly SequenceCall[] {
  let calls = known.get(kind);
  if (!calls) {
    const owner = (each: HookOwner, isLegacyToo = false) => ({
      name: each,
      has: (hook: HookName) => mayDefine(each, hook) && (isLegacyToo || !isLegacy(hook)),
    });
    const sequence = hookSequence({
      kind,
      module: owner('module'),
      datamodule: owner('datamodule'),
      callbacks: [owner('callback')],
      options: {},
      automaticOptimization: true,
      loadersGiven: false,
    });
    // The module's loaders and transfers are called where the data module has none; old hooks stand between the others.
    const another = hookSequence({
      kind,
      module: owner('module', true),
      callbacks: [owner('callback')],
      options: {},
      automaticOptimization: true,
      loadersGiven: false,
    });
    calls = [...flatten(sequence), ...flatten(another)];
    known.set(kind, calls);
  }
  return calls;
}

/** A hook of PyTorch Lightning 1.6: nobody needs to hear of it who does not ask. */
export function isLegacy(hook: HookName): boolean {
  return HOOKS[hook].when.includes('PyTorch Lightning 1.6');
}

function flatten(nodes: readonly SequenceNode[]): readonly SequenceCall[] {
  return nodes.flatMap((node) => [...(node.type === 'call' ? [node] : []), ...flatten(node.children)]);
}
