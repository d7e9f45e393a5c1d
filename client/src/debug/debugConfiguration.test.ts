import { describe, expect, it } from 'vitest';
import { debugConfiguration, withoutChannel } from './debugConfiguration.js';

const launch = {
  command: '/usr/bin/node',
  args: ['/ext/runtime/bin/lightning.js', 'fit', '/ws/lit.ts', '--trainer.fastDevRun', 'true', '--channel', 'ipc'],
  cwd: '/ws',
  env: { PATH: '/usr/bin', NOTHING: undefined },
};

describe('debugging a run', () => {
  const made = debugConfiguration('LitDigits', launch);

  it('starts the same program with the same Node.js, and no channel', () => {
    expect(made).toMatchObject({
      type: 'node',
      runtimeExecutable: '/usr/bin/node',
      program: '/ext/runtime/bin/lightning.js',
      args: ['fit', '/ws/lit.ts', '--trainer.fastDevRun', 'true'],
      cwd: '/ws',
      env: { PATH: '/usr/bin' },
    });
  });

  it('reads source maps outside of the workspace, and steps over the package', () => {
    expect(made.resolveSourceMapLocations).toEqual(['**', '!/ext/runtime/**', '!**/node_modules/**']);
    expect(made.skipFiles).toContain('/ext/runtime/**');
  });

  it('takes only the channel from a command line', () => {
    expect(withoutChannel(['fit', '--class', 'ipc', '--channel', 'ipc', '--ckpt', 'a'])).toEqual([
      'fit',
      '--class',
      'ipc',
      '--ckpt',
      'a',
    ]);
    expect(withoutChannel(['fit', '--channel-fd', '3'])).toEqual(['fit', '--channel-fd', '3']);
  });
});
