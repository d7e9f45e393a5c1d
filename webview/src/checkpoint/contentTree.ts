import { element } from '../components/component.js';
import type { ContentNode, ContentSection } from './messages.js';
import type { CheckpointTexts } from './texts.js';

/** One section of a checkpoint as nested lists, closed until asked for but for the hyperparameters. */
export function contentSection(section: ContentSection, texts: CheckpointTexts): HTMLElement {
  const box = element('details', 'content-section');
  box.open = section.kind === 'hyperparameters';
  const summary = box.appendChild(element('summary', ''));
  summary.append(element('h2', 'section-title', texts.sections[section.kind]));
  box.append(listOf(section.nodes));
  if (section.omitted > 0) box.append(element('p', 'hint', `${section.omitted} ${texts.omitted}`));
  return box;
}

function listOf(nodes: readonly ContentNode[]): HTMLElement {
  const list = element('ul', 'content-list');
  for (const node of nodes) {
    const item = list.appendChild(element('li', ''));
    if (node.children) item.append(branch(node, node.children));
    else item.append(element('span', 'content-key', node.key), ': ', element('span', 'content-value', node.text));
  }
  return list;
}

function branch({ key, text }: ContentNode, children: readonly ContentNode[]): HTMLElement {
  const details = element('details', '');
  const summary = details.appendChild(element('summary', ''));
  summary.append(element('span', 'content-key', key), ' ', element('span', 'hint', text));
  // Made when opened: a scheduler's or loader's state may have thousands of entries.
  details.addEventListener('toggle', () => {
    if (details.open && details.childElementCount === 1) details.append(listOf(children));
  });
  return details;
}
