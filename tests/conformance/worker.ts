/** The thread that runs scenarios: takes one at a time and answers with its mismatches. */
import { parentPort, workerData } from 'node:worker_threads';
import { execute } from './execute.js';
import type { WorkerAnswer } from './pool.js';
import type { Scenario } from './scenario.js';

const { engine } = workerData as { readonly engine?: string };
process.removeAllListeners('warning'); // warnings are collected by each run; the terminal is for results
process.on('unhandledRejection', (reason) => {
  throw reason; // takes the thread down, so that the scenario fails by name
});
parentPort?.on('message', async (scenario: Scenario) => {
  const answer: WorkerAnswer = { mismatches: await execute(scenario, { engine }) };
  parentPort?.postMessage(JSON.parse(JSON.stringify(answer)));
});
