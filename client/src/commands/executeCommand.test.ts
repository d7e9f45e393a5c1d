import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Services } from '../services.js';
import { UserError } from '../userError.js';
import type { Command } from './command.js';
import { executeCommand } from './executeCommand.js';

const editor = vi.hoisted(() => ({
  workspace: { isTrusted: true },
  window: { showErrorMessage: vi.fn(), showWarningMessage: vi.fn() },
  commands: { executeCommand: vi.fn() },
  l10n: { t: (text: string) => text },
}));
vi.mock('vscode', () => editor);

const log = { error: vi.fn(), warn: vi.fn() };
const services = { log } as unknown as Services; // all that a refused command is given
const command = (execute: Command['execute'], needsTrust = true): Command => ({
  id: 'lightning.fit',
  needsTrust,
  execute,
});

beforeEach(() => {
  vi.clearAllMocks();
  editor.workspace.isTrusted = true;
});

describe('executeCommand', () => {
  it('gives the value of the command back', async () => {
    const execute = vi.fn(async () => 'end');
    expect(await executeCommand(services, command(execute), ['a', 1])).toBe('end');
    expect(execute).toHaveBeenCalledWith(services, 'a', 1);
  });

  it('runs nothing in a folder that is not trusted, and offers to trust it', async () => {
    editor.workspace.isTrusted = false;
    editor.window.showWarningMessage.mockResolvedValue('Manage Workspace Trust');
    const execute = vi.fn(async () => 'end');
    expect(await executeCommand(services, command(execute), [])).toBeUndefined();
    expect(execute).not.toHaveBeenCalled();
    await vi.waitFor(() => expect(editor.commands.executeCommand).toHaveBeenCalledWith('workbench.trust.manage'));
  });

  it('does in any folder what runs no code of it', async () => {
    editor.workspace.isTrusted = false;
    expect(
      await executeCommand(
        services,
        command(async () => 'shown', false),
        [],
      ),
    ).toBe('shown');
  });

  it('shows what the person can mend, once, and ends quietly', async () => {
    const failing = command(async () => {
      throw new UserError('Install Node.js 20.');
    });
    expect(await executeCommand(services, failing, [])).toBeUndefined();
    expect(editor.window.showErrorMessage.mock.calls).toEqual([['Install Node.js 20.']]);
  });

  it('does not hide our own faults', async () => {
    const broken = command(async () => {
      throw new TypeError('x is undefined');
    });
    await expect(executeCommand(services, broken, [])).rejects.toThrow('x is undefined');
    expect(log.error).toHaveBeenCalled();
  });
});
