/** Every command, by id: the entry registers them without loading what they do. A test compares them with `package.json`. */
export const COMMAND_IDS = [
  'lightning.fit',
  'lightning.fastDevRun',
  'lightning.stop',
  'lightning.openDashboard',
  'lightning.resumeFromCheckpoint',
  'lightning.refreshCheckpoints',
  'lightning.revealCheckpoint',
  'lightning.copyCheckpointPath',
  'lightning.showLogs',
] as const;
