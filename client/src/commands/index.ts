import { clearCheckpointFilter } from './clearCheckpointFilter.js';
import type { Command } from './command.js';
import { compareCheckpoints } from './compareCheckpoints.js';
import { compareRuns } from './compareRuns.js';
import { copyCheckpointPath } from './copyCheckpointPath.js';
import { copyRunPath } from './copyRunPath.js';
import { debugFastDevRun } from './debugFastDevRun.js';
import { deleteCheckpoint } from './deleteCheckpoint.js';
import { deleteRun } from './deleteRun.js';
import { exportCheckpointWeights } from './exportCheckpointWeights.js';
import { exportRun } from './exportRun.js';
import { fastDevRun } from './fastDevRun.js';
import { filterCheckpoints } from './filterCheckpoints.js';
import { filterRuns } from './filterRuns.js';
import { findLearningRate } from './findLearningRate.js';
import { fit } from './fit.js';
import { newCallback } from './newCallback.js';
import { newDataModule } from './newDataModule.js';
import { newModule } from './newModule.js';
import { newProject } from './newProject.js';
import { openDashboard } from './openDashboard.js';
import { openFlamegraph } from './openFlamegraph.js';
import { openRunLog } from './openRunLog.js';
import { openWalkthrough } from './openWalkthrough.js';
import { pause } from './pause.js';
import { predict } from './predict.js';
import { predictCheckpoint } from './predictCheckpoint.js';
import { profileFit } from './profileFit.js';
import { refreshCheckpoints } from './refreshCheckpoints.js';
import { refreshModules } from './refreshModules.js';
import { refreshRuns } from './refreshRuns.js';
import { renameRun } from './renameRun.js';
import { restartServer } from './restartServer.js';
import { resume } from './resume.js';
import { resumeFromCheckpoint } from './resumeFromCheckpoint.js';
import { revealCheckpoint } from './revealCheckpoint.js';
import { revealRun } from './revealRun.js';
import { scaleBatchSize } from './scaleBatchSize.js';
import { showHookSequence } from './showHookSequence.js';
import { showLogs } from './showLogs.js';
import { sortRuns } from './sortRuns.js';
import { stop } from './stop.js';
import { test } from './test.js';
import { testCheckpoint } from './testCheckpoint.js';
import { validate } from './validate.js';
import { validateCheckpoint } from './validateCheckpoint.js';

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
  testCheckpoint,
  validateCheckpoint,
  predictCheckpoint,
  compareCheckpoints,
  exportCheckpointWeights,
  deleteCheckpoint,
  filterCheckpoints,
  clearCheckpointFilter,
  showLogs,
  validate,
  test,
  predict,
  debugFastDevRun,
  pause,
  resume,
  findLearningRate,
  scaleBatchSize,
  newProject,
  newModule,
  newDataModule,
  newCallback,
  showHookSequence,
  refreshModules,
  restartServer,
  openWalkthrough,
  openFlamegraph,
  profileFit,
  refreshRuns,
  renameRun,
  deleteRun,
  revealRun,
  copyRunPath,
  openRunLog,
  filterRuns,
  sortRuns,
  compareRuns,
  exportRun,
];
