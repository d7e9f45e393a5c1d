import { formatTime } from '../format.js';
import type { Notice } from '../messages/index.js';
import { texts } from '../texts.js';
import { type Component, element } from './component.js';

/** The warnings and errors of the run, newest first. */
export function noticeList(root: HTMLElement): Component<readonly Notice[]> {
  const section = root.appendChild(element('section', 'notices'));
  const heading = section.appendChild(element('h2', 'section-title', texts.noticesTitle));
  heading.id = 'notices-title';
  section.setAttribute('aria-labelledby', heading.id);
  const list = section.appendChild(element('ul', 'notice-list'));
  let shown: readonly Notice[] = [];
  return {
    update(notices) {
      section.hidden = notices.length === 0;
      if (notices === shown || (notices.length === shown.length && notices.at(-1) === shown.at(-1))) return;
      shown = notices;
      list.replaceChildren(...notices.toReversed().map(noticeItem));
    },
    dispose: () => section.remove(),
  };
}

function noticeItem({ kind, time, text }: Notice): HTMLLIElement {
  const item = element('li', 'notice');
  item.dataset.kind = kind;
  const when = element('time', 'notice-time', formatTime(time));
  when.dateTime = new Date(time).toISOString();
  item.append(when, element('span', 'notice-kind', texts.notices[kind]), element('span', 'notice-text', text));
  return item;
}
