/** An option of the command line itself. */
export interface CliOption {
  /** What stands for the value in help; undefined for a flag. */
  readonly value?: string;
  /** Letter for `-x`. */
  readonly short?: string;
  readonly doc: string;
}

/** What `lightning` can be asked to do, with a sentence for help. */
export const COMMANDS = {
  fit: 'train the module, and validate as it goes',
  validate: 'run the validation loop once',
  test: 'run the test loop once',
  predict: 'run the prediction loop once',
  run: 'the same for programs: events go out and commands come in over a channel, see docs/protocol.md',
  inspect: 'show what a checkpoint holds; FILE is a .ckpt, .safetensors or .pt file',
  upgrade: 'list spellings of PyTorch Lightning 1.x in source files, and how they are written today',
} as const;

/** The commands that run a module. */
export const RUN_COMMAND_NAMES = ['fit', 'validate', 'test', 'predict', 'run'] as const;

/** The options besides `--trainer.*`, `--model.*` and `--data.*`. */
export const CLI_OPTIONS = {
  class: { value: 'NAME', doc: 'The LightningModule to use, when FILE exports several.' },
  data: { value: 'NAME', doc: 'The LightningDataModule to use, when FILE exports several.' },
  ckpt: { value: 'PATH', doc: 'Checkpoint to continue from, or whose weights to use.' },
  seedEverything: { value: 'N', doc: 'Seed of all randomness; the same seed gives the same run.' },
  config: {
    value: 'FILE',
    doc: 'Options, hyperparameters and the rest from a YAML or JSON file, as LightningCLI has them. May be given several times: later files win over earlier ones, and the command line over all.',
  },
  'print-config': { doc: 'Print all of the configuration as YAML, with its defaults, and end.' },
  quickstart: { doc: 'With fit: test the best checkpoint afterwards.' },
  tune: {
    value: 'FOLDER',
    doc: 'With fit: do the searches of --trainer.autoLrFind and --trainer.autoScaleBatchSize in place of training, and write what they found into this folder, as tune.json and lr.svg.',
  },
  kind: { value: 'KIND', doc: 'With run: fit, validate, test or predict. Default: fit.' },
  channel: { value: 'ipc', doc: "Send run events over Node's IPC channel, and take commands from it." },
  'channel-fd': {
    value: 'N[,M]',
    doc: 'The same as lines of JSON over inherited descriptors: a socket N, or commands from pipe N and events to pipe M.',
  },
  stats: { doc: 'With inspect: read all tensors, and show their mean, deviation and range.' },
  json: { doc: 'With inspect and upgrade: JSON, for programs.' },
  write: { doc: 'With upgrade: change the files, where it is certain what to write.' },
  verbose: { doc: 'Show whole stacks in error reports. LIGHTNING_DEBUG=1 does the same.' },
  help: { short: 'h', doc: 'Show this help.' },
  version: { short: 'v', doc: 'Show the version.' },
} as const satisfies Record<string, CliOption>;

/** Name of an option of the command line itself. */
export type CliOptionName = keyof typeof CLI_OPTIONS;
