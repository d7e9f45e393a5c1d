/** What is told of a run of Weights & Biases when it begins. */
export interface WandbRunOptions {
  readonly id: string;
  readonly project: string;
  readonly name?: string;
  readonly entity?: string;
  readonly group?: string;
  readonly jobType?: string;
  readonly notes?: string;
  readonly tags?: readonly string[];
  readonly config: Readonly<Record<string, unknown>>;
}

/** A run of Weights & Biases, on its server or in a folder. */
export interface WandbRun {
  /** Takes a row; a later row is a later step. */
  log(row: Readonly<Record<string, unknown>>): void;
  /** Takes hyperparameters that were not known when the run began. */
  updateConfig(config: Readonly<Record<string, unknown>>): void;
  /** Writes what was taken, as far as that can be awaited. */
  flush(): Promise<void>;
  /** Ends the run. @param exitCode 0 for success */
  finish(exitCode: number): Promise<void>;
}

/** The metric over which all others are drawn. */
export const STEP_METRIC = 'trainer/global_step';
