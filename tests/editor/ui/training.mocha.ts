import { describe, it } from 'mocha';
import { Dashboard } from './pages/dashboard.js';
import { VscodeWindow } from './pages/window.js';

describe('a person trains the digits example', () => {
  it('from the lens, from the palette, and finds the checkpoint', async () => {
    await using window = await VscodeWindow.open('digits');
    await window.tell(async () => {
      const dashboard = new Dashboard(window);

      await window.openFile('digits.ts');
      await window.codeLens('Run fast_dev_run').waitFor();
      await window.keepPictures('lens');
      await window.codeLens('Run fast_dev_run').click();
      await window.runFromPalette('Lightning: Open Dashboard');
      await dashboard.state(/finished/i).waitFor();

      await window.goToTab('digits.ts');
      await window.runFromPalette('Lightning: Fit');
      await dashboard.chartMoves('train_loss_step');
      await dashboard.state(/finished/i).waitFor();
      await window.showSideBar('Lightning');
      await window
        .treeItem(/\.ckpt/)
        .first()
        .waitFor();
      await window.keepPictures('dashboard');
    }, 'training');
  });
});

describe('a person runs a wrong module', () => {
  it('and reads what is wrong, and where', async () => {
    await using window = await VscodeWindow.open('fixtures');
    await window.tell(async () => {
      await window.openFile('throwsInConstructor.ts');
      await window.codeLens('Run fast_dev_run').click();
      await window.notification(/no such layer size: -1/).waitFor();
      await window.keepPictures('wrong-module');
    }, 'wrong-module');
  });

  it('and sees the mark before running it', async () => {
    await using window = await VscodeWindow.open('fixtures');
    await window.tell(async () => {
      await window.openFile('missingTrainingStep.ts');
      await (await window.problem('missing-training-step')).waitFor();
      await window.keepPictures('diagnostic');
    }, 'diagnostic');
  });
});
