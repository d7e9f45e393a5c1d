import { isAbsolute, relative, sep } from 'node:path';

/** What a class may be called in code; anything else from a log is not written into somebody's file. */
const CLASS_NAME = /^[A-Za-z_$][\w$]*$/;

/**
 * The code that loads a module from a checkpoint: `await LitX.loadFromCheckpoint('lightning_logs/…')`.
 * @param className as the run's log names it; `LightningModule` where it does not, or does so badly
 * @param from the directory that the path is written from; runs start in the workspace folder, and paths count from there
 */
export function loadSnippet(className: string | undefined, path: string, from: string | undefined): string {
  const name = className !== undefined && CLASS_NAME.test(className) && className !== 'default' ? className : undefined;
  return `await ${name ?? 'LightningModule'}.loadFromCheckpoint(${quoted(pathFrom(path, from))})`;
}

/** A path relative to a directory, with slashes; as it is where no relative path leads there. */
function pathFrom(path: string, from: string | undefined): string {
  if (from === undefined) return path;
  const inside = relative(from, path);
  return isAbsolute(inside) ? path : inside.split(sep).join('/');
}

function quoted(text: string): string {
  // JSON's escapes are JavaScript's; only the quotes are others.
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
