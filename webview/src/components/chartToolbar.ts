import { X_AXES, type XAxis } from '../messages/index.js';
import { texts } from '../texts.js';
import type { ViewState } from '../viewState.js';
import { type Component, element, setText } from './component.js';

/** What concerns all charts: the x-axis, logarithms, smoothing, outliers, and which metrics to show. */
export function chartToolbar(root: HTMLElement, change: (part: Partial<ViewState>) => void): Component<ViewState> {
  const life = new AbortController();
  const { signal } = life;
  const bar = root.appendChild(element('div', 'chart-toolbar'));
  bar.setAttribute('role', 'group');
  bar.setAttribute('aria-label', texts.charts);
  const labelled = (text: string) => {
    const label = bar.appendChild(element('label', 'tool'));
    label.append(element('span', 'tool-name', text));
    return label;
  };
  const search = bar.appendChild(element('input', 'input search'));
  search.type = 'search';
  search.placeholder = texts.search;
  search.setAttribute('aria-label', texts.search);
  search.addEventListener('input', () => change({ search: search.value }), { signal });
  const axis = labelled(texts.horizontal).appendChild(element('select', 'input'));
  for (const one of X_AXES) {
    const option = axis.appendChild(element('option', '', texts.axes[one]));
    option.value = one;
  }
  axis.addEventListener('change', () => change({ axis: axis.value as XAxis }), { signal });
  const check = (text: string, act: (isOn: boolean) => void) => {
    const label = bar.appendChild(element('label', 'tool'));
    const box = label.appendChild(element('input', 'check'));
    box.type = 'checkbox';
    label.append(element('span', 'tool-name', text));
    box.addEventListener('change', () => act(box.checked), { signal });
    return box;
  };
  const logX = check(texts.logX, (isOn) => change({ logX: isOn }));
  const logY = check(texts.logY, (isOn) => change({ logY: isOn }));
  const robust = check(texts.robust, (isOn) => change({ robust: isOn }));
  if (robust.parentElement) robust.parentElement.title = texts.robustHint;
  const smoothing = labelled(texts.smoothing).appendChild(element('input', 'slider'));
  Object.assign(smoothing, { type: 'range', min: '0', max: '0.99', step: '0.01' });
  const amount = smoothing.parentElement?.appendChild(element('span', 'tool-value'));
  smoothing.addEventListener('input', () => change({ smoothing: Number(smoothing.value) }), { signal });
  return {
    update(view) {
      if (search.value !== view.search) search.value = view.search;
      axis.value = view.axis;
      logX.checked = view.logX;
      logY.checked = view.logY;
      robust.checked = view.robust;
      smoothing.value = String(view.smoothing);
      if (amount) setText(amount, view.smoothing.toFixed(2));
    },
    dispose() {
      life.abort();
      bar.remove();
    },
  };
}
