import { describe, expect, it } from 'vitest';
import { DidChangeConfigurationNotification } from 'vscode-languageserver-protocol/node';
import { useServer } from './useServer.js';

const start = useServer();

const EMPTY = "import { LightningModule } from 'lightning-tfjs';\nexport class Lit extends LightningModule {}\n";
const BOTH = ['missing-training-step error "Lit"', 'missing-configure-optimizers error "Lit"'];

describe('settings', () => {
  it('hold for the folder that they are made for', async () => {
    const client = await start({
      folders: ['one', 'two', 'three'],
      settings: (uri) =>
        uri.includes('/one/')
          ? { lint: { rules: { 'missing-training-step': 'off', 'missing-configure-optimizers': 'hint' } } }
          : { lint: { enable: !uri.includes('/two/') } },
    });
    for (const folder of ['one', 'two', 'three']) await client.open(`${folder}/lit.ts`, EMPTY);
    expect(await client.problems('one/lit.ts')).toEqual(['missing-configure-optimizers hint "Lit"']);
    expect(await client.problems('two/lit.ts')).toEqual([]);
    expect(await client.problems('three/lit.ts')).toEqual(BOTH);
  });

  it('that change ask the client to pull again', async () => {
    let level = 'warning';
    const client = await start({ settings: () => ({ lint: { rules: { 'missing-training-step': level } } }) });
    await client.open('lit.ts', EMPTY);
    expect((await client.problems('lit.ts'))[0]).toBe('missing-training-step warning "Lit"');
    level = 'off';
    await client.connection.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
    await client.refreshed(1);
    expect(await client.problems('lit.ts')).toEqual(BOTH.slice(1));
  });

  it('may be sent by a client that cannot be asked', async () => {
    const client = await start();
    await client.open('lit.ts', EMPTY);
    expect(await client.problems('lit.ts')).toEqual(BOTH);
    await client.connection.sendNotification(DidChangeConfigurationNotification.type, {
      settings: { lightning: { lint: { enable: false } } },
    });
    await client.refreshed(1);
    expect(await client.problems('lit.ts')).toEqual([]);
  });

  it.each([[null], ['none'], [{ lint: 7 }], [{ lint: { rules: [1], enable: 'no' } }]])(
    'that make no sense are as none: %j',
    async (section) => {
      const client = await start({ settings: () => section });
      await client.open('lit.ts', EMPTY);
      expect(await client.problems('lit.ts')).toEqual(BOTH);
    },
  );
});

describe('comments', () => {
  it('are written by actions, for a line and for the file', async () => {
    const client = await start();
    await client.open('lit.ts', `#!/usr/bin/env node\r\n${EMPTY.replaceAll('\n', '\r\n')}`);
    for (const title of [
      'Disable missing-training-step for this line',
      'Disable missing-configure-optimizers for this line',
    ]) {
      const actions = await client.codeActions('lit.ts', await client.diagnostics('lit.ts'));
      await client.apply('lit.ts', actions.find((each) => each.title === title)!);
    }
    expect(await client.problems('lit.ts')).toEqual([]);
    expect(client.text('lit.ts')).toContain(
      "'lightning-tfjs';\r\n// lightning-disable-next-line missing-training-step, missing-configure-optimizers\r\nexport",
    );

    await client.open('other.ts', `#!/usr/bin/env node\r\n${EMPTY.replaceAll('\n', '\r\n')}`);
    const actions = await client.codeActions('other.ts', await client.diagnostics('other.ts'));
    await client.apply('other.ts', actions.find(({ title }) => title.endsWith('step for this file'))!);
    expect(await client.problems('other.ts')).toEqual(BOTH.slice(1));
    expect(client.text('other.ts')).toMatch(/^#!.*\r\n\/\* lightning-disable missing-training-step \*\/\r\nimport/);
  });
});

describe('actions that fix much at once', () => {
  const BROKEN = `import { LightningModule } from 'lightning-tfjs';
export class A extends LightningModule { training_step() {} }
export class B extends LightningModule { trainingStep() {} on_fit_start() {} }
`;

  it('all of a file', async () => {
    const client = await start();
    await client.open('lit.ts', BROKEN);
    const [action, ...others] = await client.codeActions('lit.ts', [], undefined, ['source.fixAll']);
    expect(action).toMatchObject({ title: 'Fix all Lightning problems in this file', kind: 'source.fixAll.lightning' });
    expect(others).toEqual([]);
    await client.apply('lit.ts', action!);
    expect(await client.problems('lit.ts')).toEqual([]);
  });

  it('all of a rule', async () => {
    const client = await start();
    await client.open('lit.ts', BROKEN);
    const diagnostics = (await client.diagnostics('lit.ts')).filter(({ code }) => code === 'unknown-hook');
    const actions = await client.codeActions('lit.ts', diagnostics);
    await client.apply('lit.ts', actions.find(({ title }) => title === 'Fix all unknown-hook problems in this file')!);
    expect(client.text('lit.ts')).toBe(
      BROKEN.replace('training_step', 'trainingStep').replace('on_fit_start', 'onFitStart'),
    );
  });

  it('all hooks that a module lacks', async () => {
    const client = await start();
    await client.open('lit.ts', EMPTY.replaceAll('\n', '\r\n'));
    const actions = await client.codeActions('lit.ts', await client.diagnostics('lit.ts'));
    await client.apply('lit.ts', actions.find(({ title }) => title === 'Add every missing hook to Lit')!);
    expect(await client.problems('lit.ts')).toEqual([]);
    expect(client.text('lit.ts')).not.toMatch(/[^\r]\n/);
  });

  it('are none where there is nothing to fix', async () => {
    const client = await start();
    await client.open('lit.ts', 'export {};\n');
    expect(await client.codeActions('lit.ts', [], undefined, ['source.fixAll'])).toEqual([]);
  });
});

it('words are those of the editor’s language', async () => {
  const client = await start({ locale: 'zh-cn' });
  await client.open('lit.ts', `// lightning-disable-line nothing-of-the-kind\n${EMPTY}`);
  const [hint] = await client.diagnostics('lit.ts');
  expect(hint?.message).toContain('没有名为“nothing-of-the-kind”的规则');
});
