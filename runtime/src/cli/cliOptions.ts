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
  inspect: 'show what a checkpoint holds; FILE is a .ckpt, .safetensors or .pt file',
} as const;

/** The options besides `--trainer.*`, `--model.*` and `--data.*`. */
export const CLI_OPTIONS = {
  class: { value: 'NAME', doc: 'The LightningModule to use, when FILE exports several.' },
  data: { value: 'NAME', doc: 'The LightningDataModule to use, when FILE exports several.' },
  ckpt: { value: 'PATH', doc: 'Checkpoint to continue from, or whose weights to use.' },
  seedEverything: { value: 'N', doc: 'Seed of all randomness; the same seed gives the same run.' },
  quickstart: { doc: 'With fit: test the best checkpoint afterwards.' },
  channel: { value: 'ipc', doc: "Send run events over Node's IPC channel, for programs that start this one." },
  stats: { doc: 'With inspect: read all tensors, and show their mean, deviation and range.' },
  json: { doc: 'With inspect: JSON, for programs.' },
  verbose: { doc: 'Show whole stacks in error reports. LIGHTNING_DEBUG=1 does the same.' },
  help: { short: 'h', doc: 'Show this help.' },
  version: { short: 'v', doc: 'Show the version.' },
} as const satisfies Record<string, CliOption>;

/** Name of an option of the command line itself. */
export type CliOptionName = keyof typeof CLI_OPTIONS;
