import { expect, it } from 'vitest';
import { runEnvironment } from './environment.js';

it("keeps the user's variables and drops the editor's own", () => {
  const env = {
    PATH: '/bin',
    CUDA_VISIBLE_DEVICES: '0',
    VSCODE_PID: '1',
    ELECTRON_RUN_AS_NODE: '1',
    Electron_No_Asar: '1',
  };
  expect(runEnvironment(env, { EXTRA: 'x' })).toEqual({ PATH: '/bin', CUDA_VISIBLE_DEVICES: '0', EXTRA: 'x' });
});
