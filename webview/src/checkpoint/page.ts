import { element } from '../components/component.js';
import { messageBox } from '../components/messageBox.js';
import { comparisonView } from './comparisonView.js';
import { fileView } from './fileView.js';
import type { CheckpointHostMessage, CheckpointPageMessage, StatisticsMessage } from './messages.js';
import { checkpointTexts } from './texts.js';

/** The extension, or what stands in for it in a test. */
export interface CheckpointHost {
  send(message: CheckpointPageMessage): void;
  listen(listener: (message: CheckpointHostMessage) => void): void;
}

/** Fills `root` with what `host` says of a checkpoint, or of two. */
export function mountCheckpoint(root: HTMLElement, host: CheckpointHost): void {
  const texts = checkpointTexts(document.documentElement.lang);
  const box = messageBox(root);
  const content = root.appendChild(element('div', 'content'));
  let answer: ((message: StatisticsMessage) => void) | undefined;
  const clear = () => {
    answer = undefined;
    content.replaceChildren();
    box.update(null);
  };
  box.update({ kind: 'info', title: texts.loading, text: '' });
  host.listen((message) => {
    switch (message.type) {
      case 'checkpoint':
        clear();
        answer = fileView(content, message, texts, (said) => host.send(said));
        break;
      case 'comparison':
        clear();
        comparisonView(content, message, texts);
        break;
      case 'progress':
        box.update({ kind: 'info', title: texts.comparing, text: `${message.done} / ${message.total}` });
        break;
      case 'failure': {
        clear();
        const action = { label: texts.reload, run: () => host.send({ type: 'reload' }) };
        box.update({ kind: 'error', title: texts.failedTitle, text: message.message, action });
        break;
      }
      case 'statistics':
        answer?.(message);
    }
  });
  host.send({ type: 'ready' });
}
