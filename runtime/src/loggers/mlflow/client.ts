/** An experiment as MLflow tells it. */
export interface MlflowExperiment {
  readonly experimentId: string;
  readonly isDeleted: boolean;
}

/** A run as MLflow tells it. */
export interface MlflowRun {
  readonly runId: string;
  readonly experimentId: string;
  /** Where its files are: a path, or an address. */
  readonly artifactUri: string;
}

/** One value of a metric. */
export interface MlflowMetric {
  readonly key: string;
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly step: number;
}

/** A parameter or a tag. */
export interface MlflowText {
  readonly key: string;
  readonly value: string;
}

/** A run that is to be made. */
export interface MlflowNewRun {
  /** Undefined: the store finds one. */
  readonly name: string | undefined;
  /** Milliseconds since 1970. */
  readonly startTime: number;
  readonly tags: readonly MlflowText[];
}

/** What is sent in one go. */
export interface MlflowBatch {
  readonly metrics?: readonly MlflowMetric[];
  readonly params?: readonly MlflowText[];
  readonly tags?: readonly MlflowText[];
}

/** How a run ended. */
export type MlflowStatus = 'FINISHED' | 'FAILED';

/** What one call of {@link MlflowClient.logBatch} takes: MLflow's limits. */
export const BATCH_LIMITS = { metrics: 1000, params: 100, tags: 100 } as const;

/** MLflow's tracking store: a server, or a folder. Every method rejects when the store cannot be reached, or refuses. */
export interface MlflowClient {
  /** Undefined when there is none of this name. */
  getExperimentByName(name: string): Promise<MlflowExperiment | undefined>;
  /** Returns the new experiment's id. @param artifactLocation default: the store's own place */
  createExperiment(name: string, artifactLocation?: string): Promise<string>;
  createRun(experimentId: string, run: MlflowNewRun): Promise<MlflowRun>;
  getRun(runId: string): Promise<MlflowRun>;
  logBatch(runId: string, batch: MlflowBatch): Promise<void>;
  /** Adds a file to the run's. @param name in the store, with `/` */
  logArtifact(runId: string, file: string, name: string): Promise<void>;
  /** @param endTime milliseconds since 1970 */
  setTerminated(runId: string, status: MlflowStatus, endTime: number): Promise<void>;
}

/** The store understood, and refused: trying again is no use. */
export class MlflowRefusal extends Error {}
