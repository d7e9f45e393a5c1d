import { afterEach, beforeAll, expect, vi } from 'vitest';
import { buildServer } from './builtServer.js';
import { type ClientOptions, LspClient } from './client.js';

/**
 * For a file of tests: builds the server once, and after each test ends the servers that it started, which must have nothing
 * in their logs. Returns what starts one.
 */
export function useServer(): (options?: ClientOptions) => Promise<LspClient> {
  const running: LspClient[] = [];
  // Each test starts a process, perhaps on a busy machine.
  vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });
  beforeAll(buildServer);
  afterEach(async () => {
    for (const client of running.splice(0)) {
      expect(await client.stop()).toBe(0);
      expect(client.logged).toEqual([]);
    }
  });
  return async (options) => {
    const client = await LspClient.start(options);
    running.push(client);
    return client;
  };
}
