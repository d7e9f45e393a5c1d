import { type Fault, LightningError } from '../errors/index.js';

/** Why a checkpoint could not be read or written; stable, for programs. */
export type CheckpointErrorCode =
  | 'checkpoint-missing'
  | 'checkpoint-truncated'
  | 'checkpoint-damaged'
  | 'checkpoint-foreign'
  | 'checkpoint-newer'
  | 'checkpoint-limit'
  | 'checkpoint-dtype'
  | 'checkpoint-tensor'
  | 'checkpoint-value'
  | 'checkpoint-address'
  | 'checkpoint-client'
  | 'checkpoint-read'
  | 'checkpoint-write';

/** A checkpoint file that could not be read or written. The message names the file, what was found and the likely cause. */
export class CheckpointError extends LightningError {
  /** The file, as it was given. */
  readonly path: string;

  /** `found` goes on after the file's name: "is truncated: …". */
  constructor(path: string, fault: Fault & { readonly code: CheckpointErrorCode }) {
    super({ ...fault, found: `The checkpoint ${path} ${fault.found}` });
    this.path = path;
  }
}

const CAUSES: Readonly<Record<string, string>> = {
  EACCES: 'permission was denied',
  EPERM: 'permission was denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EISDIR: 'there is a folder of that name',
  ERR_FS_EISDIR: 'there is a folder of that name',
  ENOTEMPTY: 'there is a folder of that name',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'a part of the path is a file, not a folder',
  ENAMETOOLONG: 'the name is too long for the file system',
  EMFILE: 'too many files are open',
  EIO: 'the disk reported an error',
};

/** What the operating system said, in words where we have them. */
export function describeSystemError(error: unknown): string {
  const code = codeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  return code !== undefined && CAUSES[code] ? `${CAUSES[code]} (${code})` : text;
}

/** The code of a system error, `ENOENT` for example. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
