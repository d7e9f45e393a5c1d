import { randomUUID } from 'node:crypto';
import { lstat, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { UpgradeRequest } from '../args.js';
import { UsageError } from '../errors.js';
import { type Edit, findLegacy, type LegacyFinding } from './findLegacy.js';

/** Larger files are made by programs. */
const MAX_BYTES = 8 * 2 ** 20;

/**
 * `lightning upgrade FILE …`: lists the spellings of PyTorch Lightning 1.x in source files. The files are read, never run.
 * @returns the exit code: 0 when nothing is left to change, 1 when something is
 * @throws UsageError for a file that cannot be read, or is no source file; then nothing was changed
 */
export async function upgrade(
  { files, json, write }: UpgradeRequest,
  print: (text: string) => Promise<void>,
): Promise<number> {
  const read = await Promise.all(files.map(async (file) => ({ file, source: await readSource(file) })));
  let left = 0;
  let changed = 0;
  const reports: FileReport[] = [];
  for (const { file, source } of read) {
    const findings = findLegacy(source);
    const edits = write ? findings.flatMap(({ edit }) => edit ?? []) : [];
    if (edits.length > 0) await replaceFile(file, source, applied(source, edits));
    changed += edits.length;
    left += findings.length - edits.length;
    const starts = lineStarts(source);
    reports.push({ file, findings: findings.map((finding) => located(starts, finding, write)) });
  }
  if (json) await print(JSON.stringify({ version: 1, files: reports }, undefined, 2));
  else await print(asText(reports, left, changed));
  return left > 0 ? 1 : 0;
}

/** A finding as `--json` shows it; lines and columns count from 1, columns in UTF-16 units. */
interface LocatedFinding {
  readonly kind: LegacyFinding['kind'];
  readonly line: number;
  readonly column: number;
  readonly length: number;
  readonly old: string;
  readonly modern: string;
  readonly removed: string;
  /** Whether `--write` can change it. */
  readonly isCertain: boolean;
  readonly isWritten: boolean;
}

interface FileReport {
  readonly file: string;
  readonly findings: readonly LocatedFinding[];
}

function lineStarts(source: string): number[] {
  const starts = [0];
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function located(starts: readonly number[], finding: LegacyFinding, write: boolean): LocatedFinding {
  const { kind, old, modern, removed, start, end, edit } = finding;
  let line = 0;
  for (let high = starts.length; high - line > 1; ) {
    const middle = (line + high) >> 1;
    if ((starts[middle] as number) <= start) line = middle;
    else high = middle;
  }
  const isCertain = edit !== undefined;
  const place = { line: line + 1, column: start - (starts[line] as number) + 1, length: end - start };
  return { kind, ...place, old, modern, removed, isCertain, isWritten: isCertain && write };
}

function asText(reports: readonly FileReport[], left: number, changed: number): string {
  const lines = reports.flatMap(({ file, findings }) =>
    findings.map(({ line, column, old, modern, removed, isWritten, isCertain }) => {
      const how = isWritten ? 'changed to' : isCertain ? 'write' : 'see';
      return `${file}:${line}:${column}  ${old}  →  ${how} ${modern}  (until PyTorch Lightning ${removed})`;
    }),
  );
  const count = (number: number) => `${number} old spelling${number === 1 ? '' : 's'}`;
  if (lines.length === 0) return 'No old spellings.';
  const certain = reports.flatMap(({ findings }) =>
    findings.filter((each) => each.isCertain && !each.isWritten),
  ).length;
  const hint = certain > 0 ? ` ${certain} of them can be changed by --write.` : '';
  const end = changed > 0 ? `${count(changed)} changed, ${left} left.` : `${count(left)}.${hint}`;
  return [...lines, '', end].join('\n');
}

async function readSource(file: string): Promise<string> {
  const wrong = (code: string, found: string, cause?: unknown) =>
    new UsageError({ code, found, fix: 'FILE is a TypeScript or JavaScript file.', cause });
  const info = await stat(file).catch(() => undefined);
  if (!info) throw wrong('no-such-file', `There is no file ${file}.`);
  if (!info.isFile()) throw wrong('not-a-file', `${file} is not a file.`);
  if (!/^\.[cm]?[jt]sx?$/.test(extname(file)))
    throw wrong('file-type', `${file} is neither TypeScript nor JavaScript.`);
  if (info.size > MAX_BYTES) throw wrong('file-too-large', `${file} is larger than ${MAX_BYTES / 2 ** 20} MB.`);
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw wrong('not-readable', `${file} cannot be read.`, cause);
  });
}

function applied(source: string, edits: readonly Edit[]): string {
  let text = source;
  for (const { start, end, text: replacement } of [...edits].sort((a, b) => b.start - a.start))
    text = text.slice(0, start) + replacement + text.slice(end);
  return text;
}

/** Writes beside the file and renames, so that it is the old one or the new one at any moment; a link goes on leading to it. */
async function replaceFile(file: string, before: string, after: string): Promise<void> {
  const path = await realpath(file);
  const { mode } = await lstat(path);
  if ((await readFile(path, 'utf8')) !== before || Buffer.from(before).length !== (await stat(path)).size)
    throw new UsageError({
      code: 'not-text',
      found: `${file} is not UTF-8, or was changed meanwhile; it is left as it is.`,
      fix: 'Save it as UTF-8, and run lightning upgrade again.',
    });
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    const handle = await open(temporary, 'wx', mode);
    try {
      await handle.writeFile(after);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new UsageError({
      code: 'not-writable',
      found: `${file} cannot be written.`,
      fix: 'See its permissions.',
      cause,
    });
  }
}
