import type { Command } from './command.js';
import { copyCheckpointPath } from './copyCheckpointPath.js';
import { fastDevRun } from './fastDevRun.js';
import { fit } from './fit.js';
import { openDashboard } from './openDashboard.js';
import { refreshCheckpoints } from './refreshCheckpoints.js';
import { resumeFromCheckpoint } from './resumeFromCheckpoint.js';
import { revealCheckpoint } from './revealCheckpoint.js';
import { showLogs } from './showLogs.js';
import { stop } from './stop.js';

/** Every command of the extension. */
export const commands: readonly Command[] = [
  fit,
  fastDevRun,
  stop,
  openDashboard,
  resumeFromCheckpoint,
  refreshCheckpoints,
  revealCheckpoint,
  copyCheckpointPath,
  showLogs,
];
