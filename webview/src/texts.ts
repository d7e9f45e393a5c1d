import type { RunState } from './messages/index.js';

/** Every word the page shows, in one place. */
export const texts = {
  states: {
    starting: 'Starting',
    running: 'Running',
    stopping: 'Stopping',
    finished: 'Finished',
    stopped: 'Stopped',
    failed: 'Failed',
    lost: 'Lost',
  } satisfies Record<RunState, string>,
  stages: {
    'sanity-check': 'Sanity check',
    train: 'Training',
    validate: 'Validating',
    test: 'Testing',
    predict: 'Predicting',
  } as Readonly<Record<string, string>>,
  notices: { info: 'Info', warning: 'Warning', error: 'Error' },
  title: 'Lightning Dashboard',
  noRunTitle: 'No run yet',
  noRun:
    'Open a file with a LightningModule and run “Lightning: Fit” from the command palette, or press “Run fast_dev_run” above the class.',
  waitingTitle: 'Waiting for the first metrics',
  waiting: 'The run is under way. A chart appears for each metric as soon as the module logs it.',
  noMetricsTitle: 'No metrics were logged',
  noMetrics: 'Call this.log(name, value) in a hook such as trainingStep to see a chart here.',
  connecting: 'Connecting to the extension…',
  charts: 'Metrics',
  noticesTitle: 'Warnings and errors',
  progress: 'Progress of this stage',
  stop: 'Stop',
  stopNow: 'Stop now',
  showError: 'Show in editor',
  showLogs: 'Show logs',
  showTable: 'Show as table',
  hideTable: 'Hide table',
  step: 'step',
  value: 'value',
  gap: 'not a finite number',
};
