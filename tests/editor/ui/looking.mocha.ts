import { describe, it } from 'mocha';
import { Dashboard } from './pages/dashboard.js';
import { VscodeWindow } from './pages/window.js';

describe('a person starts from nothing', () => {
  it('makes a project, and runs it', async () => {
    await using window = await VscodeWindow.openEmpty();
    await window.tell(async () => {
      await window.runFromPalette('Lightning: New Project');
      await window.acceptQuestion(/What is it to learn/);
      await window.acceptQuestion(/Name of the project/);
      await window.goToTab('module.ts');
      await window.codeLens('Run fast_dev_run').waitFor();
      await window.keepPictures('new-project');
      await window.codeLens('Run fast_dev_run').click();
      await window.runFromPalette('Lightning: Open Dashboard');
      await new Dashboard(window).state(/finished/i).waitFor();
    }, 'new-project');
  });
});

describe('a person looks into a run', () => {
  it('at its flamegraph, and into its checkpoint', async () => {
    await using window = await VscodeWindow.open('digits');
    await window.tell(async () => {
      await window.openFile('digits.ts');
      await window.codeLens('Run fast_dev_run').waitFor();
      await window.runFromPalette('Lightning: Profile Fit');
      await window.acceptQuestion(/Which profiler/);
      await window.page.locator('.tab[data-resource-name$=".spans.ndjson"]').waitFor();
      const page = window.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
      await page.getByRole('button', { name: 'Left heavy' }).waitFor();
      await page.getByText(/[1-9][\d,]* spans/).waitFor();
      await window.keepPictures('flamegraph-in-editor');
      await window.page.keyboard.press('ControlOrMeta+F4');

      await window.showSideBar('Lightning');
      await window
        .treeItem(/finished/)
        .first()
        .waitFor(); // until then the best file is replaced now and then
      await window
        .treeItem(/\.ckpt/)
        .first()
        .click();
      await page.getByText('Hyperparameters').waitFor();
      await page.getByText('net', { exact: false }).first().waitFor();
      await window.keepPictures('checkpoint-in-editor');
    }, 'looking');
  });
});
