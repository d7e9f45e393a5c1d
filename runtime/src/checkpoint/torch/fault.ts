import { CheckpointError, type CheckpointErrorCode } from '../checkpointError.js';
import { damaged } from '../safetensorsHeader.js';

/** What is wrong with a file of torch's. The message is a clause that goes on after the file's name: "is damaged: …". */
export class TorchFault extends Error {
  readonly code: CheckpointErrorCode;
  readonly fix: string | undefined;

  constructor(code: CheckpointErrorCode, message: string, fix?: string) {
    super(message);
    this.code = code;
    this.fix = fix;
  }
}

/** A fault in what the file says. `what` is a clause: "its pickle ends early". */
export function broken(what: string): TorchFault {
  return new TorchFault('checkpoint-damaged', what);
}

/** The file asks for more than any real one does. */
export function excessive(what: string): TorchFault {
  return new TorchFault('checkpoint-limit', `is refused: ${what}.`, 'Is it from a source that you trust?');
}

/** Runs `work`; its {@link TorchFault} becomes the {@link CheckpointError} that users see. */
export async function withFaults<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (fault) {
    throw fault instanceof TorchFault ? toError(path, fault) : fault;
  }
}

/** The error that users see. */
export function toError(path: string, fault: TorchFault): CheckpointError {
  const { code, message, fix } = fault;
  if (code === 'checkpoint-damaged') return damaged(path, `${message}.`, fault);
  return new CheckpointError(path, { code, found: message, fix, cause: fault });
}
