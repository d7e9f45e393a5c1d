import { runMocha } from '../harness/runMocha.js';

/** One whole story in a cold window: opening, training, looking. */
const TEST_TIMEOUT_MS = 180_000;

/** Runs every UI test of this folder. @throws when a test failed */
export async function run(): Promise<void> {
  await runMocha(__dirname, TEST_TIMEOUT_MS);
}
