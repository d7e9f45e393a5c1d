import { element } from '../components/component.js';
import { boxFacts, type DetailsState } from './spanDetails.js';
import type { FlameTexts } from './texts.js';

const GAP = 14;

/** A box in a few lines, beside the pointer. Keyboard and screen readers have the details below the picture. */
export function tooltip(
  frame: HTMLElement,
  texts: FlameTexts,
): (state: DetailsState | null, x: number, y: number) => void {
  const box = frame.appendChild(element('div', 'flame-tooltip'));
  box.setAttribute('aria-hidden', 'true');
  box.hidden = true;
  let last = -1;
  return (state, x, y) => {
    box.hidden = state === null || state.box < 0;
    if (!state || box.hidden) {
      last = -1;
      return;
    }
    if (state.box !== last) {
      last = state.box;
      const about = state.table.frames[state.boxes.frame[state.box] ?? 0];
      box.replaceChildren(element('strong', '', about?.name ?? ''));
      for (const [word, value] of boxFacts(state, texts)) box.append(element('div', '', `${word}: ${value}`));
      if (about?.canOpen) box.append(element('div', 'flame-hint', `${texts.openHint} ${about.source ?? ''}`));
    }
    const left = x + GAP + box.offsetWidth > frame.clientWidth ? x - GAP - box.offsetWidth : x + GAP;
    const top = y + GAP + box.offsetHeight > frame.clientHeight ? y - GAP - box.offsetHeight : y + GAP;
    box.style.left = `${Math.max(0, left)}px`;
    box.style.top = `${Math.max(0, top)}px`;
  };
}
