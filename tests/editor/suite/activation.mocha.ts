import { deepEqual, equal } from 'node:assert/strict';
import { resolve } from 'node:path';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { COMMANDS, extension } from './contract.js';

describe('the installed extension', () => {
  it('comes from the package, not from the source tree', () => {
    const repository = resolve(__dirname, '..', '..', '..', '..'); // seen from the bundle, tests/editor/dist/suite
    equal(extension().extensionPath.startsWith(repository), false, extension().extensionPath);
  });

  it('activates', async () => {
    await extension().activate();
    equal(extension().isActive, true);
  });

  it('has its commands', async () => {
    const all = new Set(await vscode.commands.getCommands(true));
    deepEqual(
      COMMANDS.filter((id) => !all.has(id)),
      [],
    );
  });
});
