import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Trainer } from '../trainer/index.js';
import { Callback } from './callback.js';
import { checkOptionNames, optionFault } from './checkOptions.js';

/** Options of {@link OnExceptionCheckpoint}. */
export interface OnExceptionCheckpointOptions {
  /** Folder of the file. */
  dirpath: string;
  /** Name of the file without `.ckpt`; default 'on_exception'. */
  filename?: string;
}

/**
 * Saves a checkpoint when a run fails. The next `fit` goes on from it unless it is given a `ckptPath`; a run that ends well deletes
 * it. State: none. Source: PyTorch Lightning, `callbacks/on_exception_checkpoint.py`.
 */
export class OnExceptionCheckpoint extends Callback {
  /** Folder of the file. */
  readonly dirpath: string;
  readonly filename: string;

  /** @throws MisconfigurationError without a folder or a name */
  constructor(options: OnExceptionCheckpointOptions) {
    super();
    checkOptionNames('OnExceptionCheckpoint', options, ['dirpath', 'filename']);
    const { dirpath, filename = 'on_exception' } = options;
    if (typeof dirpath !== 'string' || dirpath === '') {
      throw optionFault('OnExceptionCheckpoint', 'dirpath', dirpath, 'the path of a folder');
    }
    if (typeof filename !== 'string' || filename === '') {
      throw optionFault('OnExceptionCheckpoint', 'filename', filename, 'a name: the filename cannot be empty');
    }
    this.dirpath = dirpath;
    this.filename = filename;
  }

  override get writesCheckpoints(): boolean {
    return true;
  }

  /** Path of the file, whether it is there or not. */
  get ckptPath(): string {
    return resolve(join(this.dirpath, `${this.filename}.ckpt`));
  }

  override async onException(trainer: Trainer): Promise<void> {
    await trainer.saveCheckpoint(this.ckptPath);
  }

  override async teardown(): Promise<void> {
    await rm(this.ckptPath, { force: true });
  }
}
