import { runMocha } from '../harness/runMocha.js';

/** A training run in a cold editor on two cores: generous, since a passing run never waits for it. */
const TEST_TIMEOUT_MS = 120_000;

/** What VS Code calls in the extension host. @throws when a test failed */
export async function run(): Promise<void> {
  await runMocha(__dirname, TEST_TIMEOUT_MS);
}
