/** One run of the Mocha suite, whatever VS Code runs it. */
export interface SuiteRun {
  /** The empty extension whose development VS Code believes to be testing, absolute. */
  readonly hostExtension: string;
  /** The module that exports `run()`, absolute. */
  readonly suite: string;
  /** The folder to open, absolute. */
  readonly workspace: string;
  /** Settles when the suite has begun. */
  readonly began: Promise<void>;
}
