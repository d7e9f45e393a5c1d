import {
  HOOKS,
  type HookName,
  hookSequence,
  type SequenceCallback,
  type SequenceNode,
  type SequenceOwner,
} from 'lightning-tfjs/hooks';
import type { Location } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import {
  type Analyzer,
  behaviourOf,
  constructedIn,
  type FileModel,
  type ModuleModel,
  type ObjectValue,
  optionOf,
  plainOf,
  settled,
  type TrainerCall,
  type TrainerRun,
} from '../../analysis/index.js';
import { rangeIn } from '../../lsp/ranges.js';
import type { HookSequenceNode, HookSequenceParams, HookSequenceResult } from './protocol.js';

const KINDS = ['fit', 'validate', 'test', 'predict'] as const;
/** Callbacks of the package that judge what was logged, and come after the module at the end of an epoch. */
const MONITORS: readonly string[] = ['EarlyStopping', 'ModelCheckpoint'];

/** The sequence of a module of a file; null when there is none. */
export function moduleSequence(
  uri: string,
  { className, kind = 'fit', options }: HookSequenceParams,
  analyzer: Analyzer,
): HookSequenceResult | null {
  const file = analyzer.file(uri);
  const modules = analyzer.modules(uri);
  const module =
    className === undefined
      ? modules[0]
      : modules.find((each) => each.name === className || each.exportName === className);
  if (!file || !module || !KINDS.includes(kind)) return null;
  const run = runOf(module, kind, file);
  const trainer = run?.trainer ?? onlyTrainer(file);
  const given = options ?? plainOptions(trainer?.options);
  const callbacks = callbacksOf(trainer, run ? fileOf(run, module, analyzer) : file);
  const datamodule = dataOf(module, run, analyzer);
  const owners = new Map<SequenceOwner, ModuleModel>([
    [ownerOf(module), module],
    ...(datamodule ? [[ownerOf(datamodule), datamodule] as const] : []),
    ...callbacks.map((callback) => [callbackOf(callback), callback] as const),
  ]);
  const all = [...owners.keys()];
  const hasLoader = [module, datamodule].some((each) => each?.has('trainDataloader') || each?.has('valDataloader'));
  const nodes = hookSequence({
    kind,
    module: all[0] ?? ownerOf(module),
    datamodule: datamodule && all[1],
    callbacks: all.slice(datamodule ? 2 : 1),
    options: given,
    automaticOptimization: behaviourOf(module).optimization !== 'manual',
    // Nobody in sight has loaders: they are handed to the run.
    loadersGiven: !hasLoader,
  });
  const models = [...owners.values()];
  return { className: module.name, kind, options: given, nodes: nodes.map((node) => located(node, models)) };
}

function ownerOf(model: ModuleModel): SequenceOwner {
  return { name: model.name, has: (hook) => model.has(hook) };
}

function callbackOf(model: ModuleModel): SequenceCallback {
  const isMonitor = model.has('isMonitor') || MONITORS.includes(model.packageBase ?? '');
  return { ...ownerOf(model), isMonitor };
}

/** The run of the module that counts: in its own file, else in another; of the wanted kind, where there is one. */
function runOf(module: ModuleModel, kind: string, file: FileModel): TrainerRun | undefined {
  const all = file.runsOf(module);
  return all.find(({ method }) => method === kind) ?? all[0];
}

/** A file with one Trainer means that one. */
function onlyTrainer({ trainers }: FileModel): TrainerCall | undefined {
  return trainers.length === 1 ? trainers[0] : undefined;
}

/** The data module that a run is given; else the only one beside the module, as the command line takes it. */
function dataOf(module: ModuleModel, run: TrainerRun | undefined, analyzer: Analyzer): ModuleModel | undefined {
  const extra = run?.extra && settled(run.extra);
  const given = extra?.kind === 'object' ? constructedIn(optionOf(extra, 'datamodule')).found[0] : undefined;
  const file = run && fileOf(run, module, analyzer);
  if (given && file) return file.classOf(given);
  if (run) return undefined;
  const beside = analyzer.classes(module.file.uri).filter((each) => each.kind === 'datamodule' && !each.isAbstract);
  return beside.length === 1 ? beside[0] : undefined;
}

/** The file in which a run stands. */
function fileOf(run: TrainerRun, module: ModuleModel, analyzer: Analyzer): FileModel | undefined {
  const uris = [module.file.uri, ...analyzer.knownUris()];
  const holds = (uri: string) => analyzer.facts(uri)?.body.runs.some(({ range }) => range === run.range);
  return analyzer.file(uris.find(holds) ?? module.file.uri);
}

/** The callbacks of the workspace among those of a Trainer; the package's own are left out. */
function callbacksOf(trainer: TrainerCall | undefined, file: FileModel | undefined): readonly ModuleModel[] {
  const given = trainer?.options && optionOf(trainer.options, 'callbacks');
  return constructedIn(given).found.flatMap((value) => file?.classOf(value) ?? []);
}

/** The options that the text shows; what only a run can tell is left out. */
function plainOptions(options: ObjectValue | undefined): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    (options?.entries ?? []).flatMap(({ name, value }): [string, unknown][] => {
      const plain = plainOf(value);
      return plain.known && name !== 'callbacks' ? [[name, plain.plain]] : [];
    }),
  );
}

function located(node: SequenceNode, models: readonly ModuleModel[]): HookSequenceNode {
  const children = node.children.map((child) => located(child, models));
  if (node.type !== 'call') return { ...node, children };
  const model = models.find(({ name, kind }) => name === node.by && kind === node.owner);
  const location = node.isOverridden && model ? locationOf(model, node.hook) : null;
  return { ...node, location, doc: HOOKS[node.hook].when, children };
}

/** Where the nearest class of the chain has the hook. */
function locationOf(model: ModuleModel, hook: HookName): Location | null {
  for (const { file, facts } of [{ file: model.file, facts: model.facts }, ...model.bases]) {
    const member = facts.members.find(({ name, isStatic }) => name === hook && !isStatic);
    if (!member) continue;
    return { uri: file.uri, range: rangeIn(TextDocument.create(file.uri, '', 0, file.text), member.nameRange) };
  }
  return null;
}
