import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MisconfigurationError } from '../errors/index.js';
import { GrowingFile } from './growingFile.js';
import { type LoggedHyperparameters, toYaml } from './hyperparameters.js';
import { VersionedLogger, type VersionOptions } from './versionedLogger.js';

/** Options of {@link CSVLogger}. */
export interface CSVLoggerOptions extends VersionOptions {
  /** Write after each row whose step is the last of so many; default 100. The Trainer asks for a write with every row besides. */
  flushLogsEveryNSteps?: number;
}

type Row = Readonly<Record<string, number>>;

/** Rows that wait to be written; while a disk is full, newer ones are lost. */
const MAX_PENDING_ROWS = 100_000;

/**
 * Metrics as `<saveDir>/<name>/version_<N>/metrics.csv`, hyperparameters as `hparams.yaml` beside it.
 * The header is sorted; a new metric rewrites the file with one more column. A file that an earlier run left there is replaced.
 * Source: PyTorch Lightning's CSVLogger.
 */
export class CSVLogger extends VersionedLogger {
  readonly #flushEvery: number;
  #pending: Row[] = [];
  #taken = 0;
  #header: readonly string[] = [];
  #hparams: Record<string, unknown> = {};
  #hasNewHparams = false;
  #file: GrowingFile | undefined;

  /**
   * @param saveDir the folder that holds all experiments
   * @throws MisconfigurationError for a version that is no folder name, and a count below 1
   */
  constructor(saveDir: string, options: CSVLoggerOptions = {}) {
    super(saveDir, options);
    const { flushLogsEveryNSteps = 100 } = options;
    if (!Number.isInteger(flushLogsEveryNSteps) || flushLogsEveryNSteps < 1) {
      throw new MisconfigurationError({
        code: 'logger-flush',
        found: `CSVLogger: \`flushLogsEveryNSteps\` is ${String(flushLogsEveryNSteps)}.`,
        allowed: 'a count of at least 1',
      });
    }
    this.#flushEvery = flushLogsEveryNSteps;
  }

  logMetrics(metrics: Row, step: number = this.#taken): void {
    this.#taken += 1;
    if (this.#pending.length >= MAX_PENDING_ROWS) return;
    this.#pending.push({ ...this.prefixed(metrics), step });
    if ((step + 1) % this.#flushEvery === 0) this.saveSoon();
  }

  logHyperparams(hparams: LoggedHyperparameters): void {
    Object.assign(this.#hparams, hparams);
    this.#hasNewHparams = true;
  }

  override async save(): Promise<void> {
    await mkdir(this.logDir, { recursive: true });
    if (this.#hasNewHparams) {
      await writeFile(join(this.logDir, 'hparams.yaml'), toYaml(this.#hparams));
      this.#hasNewHparams = false;
    }
    const rows = this.#pending.slice();
    if (rows.length === 0) return;
    const file = this.#openFile();
    const names = new Set(this.#header);
    for (const row of rows) for (const name of Object.keys(row)) names.add(name);
    if (names.size > this.#header.length) await this.#widen(file, [...names].sort());
    await file.append(Buffer.from(rows.map((row) => toLine(row, this.#header)).join('')));
    this.#pending.splice(0, rows.length); // only now, so that a failed write is tried again
  }

  #openFile(): GrowingFile {
    if (this.#file) return this.#file;
    const path = join(this.logDir, 'metrics.csv');
    if (existsSync(path)) {
      process.emitWarning(
        `CSVLogger: the experiment logs directory ${this.logDir} exists and is not empty: its metrics.csv is replaced.`,
      );
    }
    this.#file = new GrowingFile(path);
    return this.#file;
  }

  /** Writes the file anew with more columns, beside the old one first, so that a crash leaves one of the two. */
  async #widen(file: GrowingFile, header: readonly string[]): Promise<void> {
    const old = this.#header;
    const written = file.size === 0 ? '' : (await readFile(file.path)).subarray(0, file.size).toString();
    const lines = written.split('\n').slice(1, -1);
    const widened = lines.map((line) => {
      const cells = line.split(','); // cells are numbers: only the header can hold quotes
      const row = new Map(old.map((name, index) => [name, cells[index] ?? '']));
      return `${header.map((name) => row.get(name) ?? '').join(',')}\n`;
    });
    const bytes = Buffer.from([`${header.map(quote).join(',')}\n`, ...widened].join(''));
    await writeFile(`${file.path}.tmp`, bytes);
    await rename(`${file.path}.tmp`, file.path);
    file.replaced(bytes.length);
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
  // A name that holds a line end would also break the lines that #widen splits.
  return /[",\n\r]/.test(name) ? `"${name.replaceAll(/[\n\r]+/g, ' ').replaceAll('"', '""')}"` : name;
}
