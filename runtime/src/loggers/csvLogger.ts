import { appendFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ScalarTag, stringify } from 'yaml';
import { MisconfigurationError } from '../errors/index.js';
import { Logger } from './logger.js';
import { nextVersion } from './versions.js';

/** Options of {@link CSVLogger}. */
export interface CSVLoggerOptions {
  /** Folder of the experiment below `saveDir`; default 'lightning_logs'; '' for none. */
  name?: string;
  /** Default: the next number. A text is the folder's name. */
  version?: number | string;
  /** Put before each metric's name, with a dash; default none. */
  prefix?: string;
}

type Row = Readonly<Record<string, number>>;

/**
 * Metrics as `<saveDir>/<name>/version_<N>/metrics.csv`, hyperparameters as `hparams.yaml` beside it.
 * The header is sorted; a new metric rewrites the file with one more column. Source: PyTorch Lightning's CSVLogger.
 */
export class CSVLogger extends Logger {
  readonly #root: string;
  readonly #name: string;
  readonly #prefix: string;
  #version: number | string | undefined;
  #pending: Row[] = [];
  #header: readonly string[] = [];
  #hparams: Readonly<Record<string, unknown>> | undefined;
  #isFresh = true;

  /** @param saveDir the folder that holds all experiments */
  constructor(saveDir: string, options: CSVLoggerOptions = {}) {
    super();
    const { name = 'lightning_logs', version, prefix = '' } = options;
    if (
      version !== undefined &&
      (typeof version === 'number' ? !Number.isInteger(version) || version < 0 : /[\\/]|^\.*$/.test(version))
    ) {
      throw new MisconfigurationError({
        code: 'logger-version',
        found: `CSVLogger: \`version\` is ${JSON.stringify(version)}.`,
        allowed: 'a count, or a folder name',
      });
    }
    this.#root = saveDir;
    this.#name = name;
    this.#version = version;
    this.#prefix = prefix === '' ? '' : `${prefix}-`;
  }

  get name(): string {
    return this.#name;
  }

  get version(): number | string {
    this.#version ??= nextVersion(join(this.#root, this.#name));
    return this.#version;
  }

  get logDir(): string {
    const { version } = this;
    return join(this.#root, this.#name, typeof version === 'number' ? `version_${version}` : version);
  }

  logMetrics(metrics: Row, step: number): void {
    const named = Object.entries(metrics).map(([name, value]) => [this.#prefix + name, value]);
    this.#pending.push({ ...Object.fromEntries(named), step });
  }

  logHyperparams(hparams: Readonly<Record<string, unknown>>): void {
    this.#hparams = hparams;
  }

  async save(): Promise<void> {
    const file = join(this.logDir, 'metrics.csv');
    await mkdir(this.logDir, { recursive: true });
    if (this.#hparams) {
      await writeFile(join(this.logDir, 'hparams.yaml'), toYaml(this.#hparams));
      this.#hparams = undefined;
    }
    const rows = this.#pending.slice();
    if (rows.length === 0) return;
    if (this.#isFresh) {
      await rm(file, { force: true }); // a version folder that is used again begins anew, as in PyTorch Lightning
      this.#isFresh = false;
    }
    const names = new Set([...this.#header, ...rows.flatMap(Object.keys)]);
    if (names.size > this.#header.length) await this.#widen(file, [...names].sort());
    await appendFile(file, rows.map((row) => toLine(row, this.#header)).join(''));
    this.#pending.splice(0, rows.length); // only now, so that a failed write is tried again
  }

  /** Writes the file anew with more columns, beside the old one first, so that a crash leaves one of the two. */
  async #widen(file: string, header: readonly string[]): Promise<void> {
    const old = this.#header;
    const lines = old.length === 0 ? [] : (await readFile(file, 'utf8')).split('\n').slice(1, -1);
    const widened = lines.map((line) => {
      const cells = line.split(','); // cells are numbers: only the header can hold quotes
      const row = new Map(old.map((name, index) => [name, cells[index] ?? '']));
      return `${header.map((name) => row.get(name) ?? '').join(',')}\n`;
    });
    await writeFile(`${file}.tmp`, [`${header.map(quote).join(',')}\n`, ...widened].join(''));
    await rename(`${file}.tmp`, file);
    this.#header = header;
  }
}

function toLine(row: Row, header: readonly string[]): string {
  return `${header.map((name) => cell(row[name])).join(',')}\n`;
}

/** Numbers as Python prints them, so that the same tools read them. */
function cell(value: number | undefined): string {
  if (value === undefined) return '';
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return String(value);
}

function quote(name: string): string {
  return /[",\n\r]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}

/** A number such as 1e-7, which Python takes for text unless it has a point. */
const EXPONENT: ScalarTag = {
  identify: (value) => typeof value === 'number' && /^-?\d+e/.test(String(value)),
  default: true,
  tag: 'tag:yaml.org,2002:float',
  test: /^[-+]?\d+\.0e[-+]\d+$/,
  resolve: (text) => Number(text),
  stringify: ({ value }) => String(value).replace('e', '.0e'),
};

/** YAML 1.1, which Python's PyYAML reads: there a plain `no` is a boolean and `12:30` a number, so that texts are quoted. */
function toYaml(value: unknown): string {
  return stringify(value, { version: '1.1', customTags: (tags) => [EXPONENT, ...tags] });
}
