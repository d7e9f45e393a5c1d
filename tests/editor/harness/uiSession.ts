/** What the UI tests get from the harness. */
export interface UiSession {
  /** Chromium's executable. */
  readonly chromium: string;
  /** `host:port` of the running VS Code server, with the packaged extension installed. */
  readonly authority: string;
  /** The repository's example folders; read only, copy before use. */
  readonly examples: string;
  /** Modules with faults; read only, copy before use. */
  readonly fixtures: string;
  /** For copies of them; gone after the run. */
  readonly temporary: string;
  /** Where pictures are kept. */
  readonly screenshots: string;
  /** Where a failed test leaves what it saw. */
  readonly logs: string;
}

/** The variable that carries the session, as JSON. */
export const UI_SESSION_VARIABLE = 'LIGHTNING_EDITOR_UI';

/** The session of this run. @throws when the tests were not started by the harness */
export function uiSession(): UiSession {
  const text = process.env[UI_SESSION_VARIABLE];
  if (!text) throw new Error(`${UI_SESSION_VARIABLE} is not set: start the tests with tests/editor/run.mjs`);
  return JSON.parse(text) as UiSession; // only the harness writes it
}
