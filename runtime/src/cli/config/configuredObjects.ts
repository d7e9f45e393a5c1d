import * as callbacks from '../../callbacks/index.js';
import { LightningError, nearest } from '../../errors/index.js';
import * as loggers from '../../loggers/index.js';
import * as profilers from '../../profilers/index.js';
import { CLASS_OPTIONS, OBJECT_OPTIONS } from './classOptions.js';
import { type ConfigNode, type ConfigProblem, configError } from './configTree.js';
import { camelCase, classOf } from './readConfig.js';

type Args = Readonly<Record<string, unknown>>;
type Create = (args: Args) => object;
type Constructor = new (...args: never[]) => object;

interface Family {
  readonly base: abstract new (...args: never[]) => object;
  readonly exports: Readonly<Record<string, unknown>>;
}

const FAMILIES: Readonly<Record<(typeof CLASS_OPTIONS)[number], Family>> = {
  callbacks: { base: callbacks.Callback, exports: callbacks },
  logger: { base: loggers.Logger, exports: loggers },
  profiler: { base: profilers.Profiler, exports: profilers },
};

/** Bases to extend; alone they do nothing. */
const BASES: readonly string[] = [
  ...['Callback', 'BaseFinetuning', 'BasePredictionWriter', 'ProgressBar', 'LambdaCallback'],
  ...['Logger', 'LoggerCollection', 'DummyLogger', 'Profiler'],
];

type Names<Options> = Readonly<Record<keyof Options, true>>;
/** Loggers do not judge the names of their options; mapped over their types, so that a new option without a row does not compile. */
const LOGGER_OPTIONS: Readonly<Record<string, Readonly<Record<string, true>>>> = {
  CSVLogger: { saveDir: true, name: true, version: true, prefix: true, flushLogsEveryNSteps: true } satisfies Names<
    Required<loggers.CSVLoggerOptions> & { saveDir: string }
  >,
  TensorBoardLogger: {
    ...{
      saveDir: true,
      name: true,
      version: true,
      logGraph: true,
      defaultHpMetric: true,
      prefix: true,
      subDir: true,
      maxQueue: true,
      flushSecs: true,
      filenameSuffix: true,
    },
  } satisfies Names<Required<loggers.TensorBoardLoggerOptions> & { saveDir: string }>,
  MLFlowLogger: {
    ...{ experimentName: true, runName: true, trackingUri: true, tags: true, saveDir: true, logModel: true },
    ...{ prefix: true, artifactLocation: true, runId: true },
  } satisfies Names<Required<loggers.MLFlowLoggerOptions>>,
  // `experiment` is an object of a program's.
  WandbLogger: {
    ...{ name: true, saveDir: true, version: true, id: true, offline: true, project: true, entity: true },
    ...{ group: true, jobType: true, notes: true, tags: true, prefix: true },
  } satisfies Names<Required<Omit<loggers.WandbLoggerOptions, 'experiment'>>>,
};
/** Loggers whose folder is a parameter of its own. */
const WITH_FOLDER: readonly string[] = ['CSVLogger', 'TensorBoardLogger'];

/**
 * Makes the objects that a configuration names by class: callbacks, loggers, a profiler. Only classes of this package.
 * @param rootDir folder of a logger that is told none
 * @throws UsageError with file and line of what cannot be made
 */
export function createConfigured(objects: ReadonlyMap<string, ConfigNode>, rootDir: string): Record<string, unknown> {
  const problems: ConfigProblem[] = [];
  const made: Record<string, unknown> = {};
  for (const [option, node] of objects) {
    const known = CLASS_OPTIONS.find((name) => name === option);
    if (known === undefined || OBJECT_OPTIONS.includes(option)) {
      problems.push({
        place: node.place,
        text: `\`${option}\` takes objects that no configuration can write. Set it in a program.`,
      });
      continue;
    }
    const create = (item: ConfigNode) => createOne(FAMILIES[known], item, rootDir, problems);
    made[option] = node.items ? node.items.flatMap(create) : create(node)[0];
  }
  if (problems.length > 0) throw configError(problems);
  return made;
}

function createOne(family: Family, node: ConfigNode, rootDir: string, problems: ConfigProblem[]): object[] {
  const faults: ConfigProblem[] = [];
  const { name, args } = classOf(node, faults);
  problems.push(...faults);
  if (faults.length > 0) return [];
  const classes = classesOf(family);
  const Class = name === undefined ? undefined : classes.get(name);
  if (!Class || name === undefined) {
    const near = name === undefined ? undefined : nearest(name, classes.keys());
    const found = name === undefined ? 'No class_path is given.' : `There is no class \`${name}\` for this.`;
    const fix = near ? `Did you mean \`${near}\`?` : `There are: ${[...classes.keys()].join(', ')}.`;
    problems.push({ place: node.place, text: `${found} ${fix}` });
    return [];
  }
  const given: Record<string, unknown> = {};
  for (const [key, entry] of args?.entries ?? []) {
    const option = camelCase(key);
    const allowed = LOGGER_OPTIONS[name];
    if (allowed && !Object.hasOwn(allowed, option)) {
      const near = nearest(option, Object.keys(allowed));
      problems.push({
        place: entry.place,
        text: `${name} has no option \`${key}\`.${near ? ` Did you mean \`${near}\`?` : ''}`,
      });
    } else given[option] = entry.node.value;
  }
  try {
    return [creatorOf(name, Class, rootDir)(given)];
  } catch (error) {
    if (!(error instanceof LightningError || error instanceof TypeError)) throw error;
    problems.push({ place: node.place, text: error.message });
    return [];
  }
}

function creatorOf(name: string, Class: Constructor, rootDir: string): Create {
  const make = (...args: unknown[]): object => Reflect.construct(Class, args);
  if (!WITH_FOLDER.includes(name))
    return (args) => (Object.keys(args).length > 0 || Class.length > 0 ? make(args) : make());
  return ({ saveDir = rootDir, ...options }) => make(saveDir, options);
}

function classesOf({ base, exports }: Family): Map<string, Constructor> {
  const isClass = ([name, value]: [string, unknown]) =>
    typeof value === 'function' && value.prototype instanceof base && !BASES.includes(name);
  return new Map(Object.entries(exports).filter(isClass) as [string, Constructor][]); // by the filter
}
