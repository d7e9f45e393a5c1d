/** The hooks that a scenario's module overrides, in the format's spelling. */
export const MODULE_HOOKS = [
  'configure_callbacks',
  'prepare_data',
  'setup',
  'configure_model',
  'configure_optimizers',
  ...['fit_start', 'fit_end', 'train_start', 'train_end', 'train_epoch_start', 'train_epoch_end'].map(on),
  'on_train_batch_start',
  'training_step',
  'on_train_batch_end',
  'on_before_zero_grad',
  'optimizer_zero_grad',
  'on_before_backward',
  'backward',
  'on_after_backward',
  'on_before_optimizer_step',
  'configure_gradient_clipping',
  'optimizer_step',
  'lr_scheduler_step',
  'on_validation_model_zero_grad',
  'on_validation_model_eval',
  'on_validation_model_train',
  'on_test_model_eval',
  'on_test_model_train',
  'on_predict_model_eval',
  ...evaluationHooks(),
  'validation_step',
  'test_step',
  'predict_step',
  'train_dataloader',
  'val_dataloader',
  'test_dataloader',
  'predict_dataloader',
  'on_before_batch_transfer',
  'transfer_batch_to_device',
  'on_after_batch_transfer',
  'on_save_checkpoint',
  'on_load_checkpoint',
  'teardown',
] as const satisfies readonly string[];

/** The hooks that a recording callback implements. */
export const CALLBACK_HOOKS: readonly string[] = [
  'setup',
  'teardown',
  ...['fit_start', 'fit_end', 'sanity_check_start', 'sanity_check_end', 'train_start', 'train_end'].map(on),
  ...['train_epoch_start', 'train_epoch_end', 'train_batch_start', 'train_batch_end'].map(on),
  ...['before_zero_grad', 'before_backward', 'after_backward', 'before_optimizer_step'].map(on),
  ...evaluationHooks(),
  ...['save_checkpoint', 'load_checkpoint', 'exception'].map(on),
];

/** The hooks that a scenario's data module overrides, besides its loaders and the transfer of batches. */
export const DATAMODULE_HOOKS = ['prepare_data', 'setup', 'teardown', 'on_exception'] as const;

export const TRANSFER_HOOKS = [
  'on_before_batch_transfer',
  'transfer_batch_to_device',
  'on_after_batch_transfer',
] as const;

/** Where `batch_idx` stands among the arguments of a module's hook. */
export const BATCH_INDEX_AT: Readonly<Record<string, number>> = {
  training_step: 1,
  optimizer_step: 1,
  optimizer_zero_grad: 1,
  ...Object.fromEntries(
    ['train', 'validation', 'test', 'predict'].flatMap((stage) => [
      [`on_${stage}_batch_start`, 1],
      [`on_${stage}_batch_end`, 2],
    ]),
  ),
  validation_step: 1,
  test_step: 1,
  predict_step: 1,
};

function on(name: string): string {
  return `on_${name}`;
}

function evaluationHooks(): string[] {
  const points = ['start', 'end', 'epoch_start', 'epoch_end', 'batch_start', 'batch_end'];
  return ['validation', 'test', 'predict'].flatMap((stage) => points.map((point) => `on_${stage}_${point}`));
}
