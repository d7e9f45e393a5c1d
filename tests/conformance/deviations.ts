/** A scenario that records an oddity of PyTorch Lightning, and in which we differ on purpose. */
export interface Deviation {
  readonly reason: string;
  /** Beginnings of the fields that may differ; any other difference is a failure. */
  readonly fields: readonly string[];
}

const STATELESS: Deviation = {
  reason:
    'the batches that are done are skipped also when the loader has no state, so that no sample is seen twice in an epoch',
  fields: ['runs[1].batches_seen', 'runs[1].weights'],
};

const HOOK_OF_1_6: Deviation = {
  reason: 'the hooks of PyTorch Lightning 1.6 work here: it is called with the outputs of all batches',
  fields: ['error'],
};

/** By id. The scenario must be marked as a quirk. */
export const DEVIATIONS: Readonly<Record<string, Deviation>> = {
  'checkpoints/resume-mid': STATELESS,
  'checkpoints/resume-val-half': STATELESS,
  'checkpoints/resume-max-steps': STATELESS,
  'checkpoints/resume-last-batch': {
    reason:
      'an epoch that was saved in its last batch is ended by its hooks, and the next one begins with onTrainEpochStart',
    fields: ['runs[1].events'],
  },
  'errors/trainer-unknown-argument': {
    reason:
      'the options of PyTorch Lightning 1.6 work here: gpus tells how many devices, and its modern spelling is named in a warning',
    fields: ['error'],
  },
  'errors/removed-training-epoch-end': HOOK_OF_1_6,
  'errors/removed-validation-epoch-end': HOOK_OF_1_6,
  'errors/removed-validation-epoch-end-validate': HOOK_OF_1_6,
  'errors/removed-test-epoch-end': HOOK_OF_1_6,
};
