/** What stands in for a tensor where only the header was read. */
export interface TensorSummary {
  readonly name: string;
  /** As the file says: `F32`, `I32`, `BOOL` …, in a file of torch's `float32`, `bfloat16` … */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly sizeBytes: number;
}

/** A checkpoint without its tensors' values. */
export interface CheckpointHeader {
  /** Size of the file. */
  readonly sizeBytes: number;
  /** Every tensor of the file: `state_dict.net.0.weight`, `optimizer_states.0.exp_avg.net.0.weight` … */
  readonly tensors: readonly TensorSummary[];
  /** All fields but `state_dict`; where a tensor belongs stands its {@link TensorSummary}. */
  readonly fields: Readonly<Record<string, unknown>>;
}
