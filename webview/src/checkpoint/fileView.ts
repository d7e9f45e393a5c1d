import { element } from '../components/component.js';
import { formatCount } from '../format.js';
import { contentSection } from './contentTree.js';
import { elementCount, formatBytes } from './format.js';
import type { CheckpointMessage, CheckpointPageMessage, StatisticsMessage } from './messages.js';
import { factList, statisticsPanel } from './statisticsPanel.js';
import { tensorGrid } from './tensorGrid.js';
import type { CheckpointTexts } from './texts.js';

/** One file. Returns what takes the answers about its tensors. */
export function fileView(
  root: HTMLElement,
  file: CheckpointMessage,
  texts: CheckpointTexts,
  send: (message: CheckpointPageMessage) => void,
): (answer: StatisticsMessage) => void {
  const { title, format, sizeBytes, epoch, globalStep, version, tensors } = file;
  root.append(element('h1', 'page-title', title));
  const facts: [string, string][] = [];
  if (epoch !== null) facts.push([texts.epoch, formatCount(epoch)]);
  if (globalStep !== null) facts.push([texts.step, formatCount(globalStep)]);
  facts.push(
    [texts.size, formatBytes(sizeBytes)],
    [texts.format, format],
    [texts.tensors, formatCount(tensors.length)],
    [texts.parameters, formatCount(tensors.reduce((sum, { shape }) => sum + elementCount(shape), 0))],
  );
  if (version !== null) facts.push([texts.version, version]);
  root.append(factList(facts));
  for (const section of file.sections) root.append(contentSection(section, texts));

  root.append(element('h2', 'section-title', texts.tensors));
  const split = root.appendChild(element('div', 'split'));
  let chosen: number | undefined;
  const show = (state: Parameters<typeof panel.update>[0]) => panel.update(state);
  tensorGrid(split, tensors, texts, (index) => {
    const tensor = tensors[index];
    if (!tensor) return;
    chosen = index;
    show({ tensor, state: 'computing' });
    send({ type: 'statistics', tensor: index });
  });
  const panel = statisticsPanel(split, texts, () => {
    const tensor = tensors[chosen ?? -1];
    chosen = undefined;
    send({ type: 'cancel' });
    if (tensor) show({ tensor, state: 'cancelled' });
  });
  panel.update(null);
  return ({ tensor: index, statistics, error }) => {
    const tensor = tensors[index];
    if (index !== chosen || !tensor) return; // another was chosen since
    show({ tensor, state: statistics ? { statistics } : { error: error ?? texts.none } });
  };
}
