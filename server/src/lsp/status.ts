import { type Connection, NotificationType } from 'vscode-languageserver/node';

/** How the server is: sent to the client whenever it is otherwise than before. */
export interface ServerStatus {
  /** `warning`: something is missing from the answers; `error`: there are none for some file. */
  readonly health: 'ok' | 'warning' | 'error';
  /** For people; empty when all is well. */
  readonly message: string;
  /** Files of the workspace that were looked at, and how many there are; null when that is done. */
  readonly indexing: { readonly done: number; readonly total: number } | null;
}

/** `lightning/status`, from the server to the client. */
export const StatusNotification = new NotificationType<ServerStatus>('lightning/status');

/** Tells the client how the server is. */
export class StatusReporter {
  readonly #connection: Connection;
  readonly #onError: (error: unknown) => void;
  #sent = '';

  constructor(connection: Connection, onError: (error: unknown) => void) {
    this.#connection = connection;
    this.#onError = onError;
  }

  /** Sends the status, unless the client has it. */
  tell(status: ServerStatus): void {
    const text = JSON.stringify(status);
    if (text === this.#sent) return;
    this.#sent = text;
    this.#connection.sendNotification(StatusNotification, status).catch(this.#onError);
  }
}
