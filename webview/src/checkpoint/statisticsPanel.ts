import { type Component, element } from '../components/component.js';
import { formatCount, formatValue } from '../format.js';
import { formatShape } from './format.js';
import { histogram } from './histogram.js';
import type { StatisticsView, TensorView } from './messages.js';
import type { CheckpointTexts } from './texts.js';

/** The chosen tensor, and how far its statistics are. */
export interface StatisticsState {
  readonly tensor: TensorView;
  readonly state: 'computing' | 'cancelled' | { readonly error: string } | { readonly statistics: StatisticsView };
}

/** What the chosen tensor's values are like. Null: none was chosen. */
export function statisticsPanel(
  root: HTMLElement,
  texts: CheckpointTexts,
  cancel: () => void,
): Component<StatisticsState | null> {
  const panel = root.appendChild(element('section', 'statistics'));
  panel.setAttribute('aria-live', 'polite');
  panel.setAttribute('aria-label', texts.histogram);
  let life = new AbortController();
  return {
    update(shown) {
      life.abort();
      life = new AbortController();
      if (!shown) return panel.replaceChildren(element('p', 'hint', texts.hint));
      const { tensor, state } = shown;
      panel.replaceChildren(
        element('h3', 'tensor-title', tensor.name),
        element('p', 'hint', `${tensor.dtype} · ${formatShape(tensor.shape, texts)}`),
      );
      if (state === 'computing') {
        const button = element('button', 'button secondary', texts.cancel);
        button.type = 'button';
        button.addEventListener('click', cancel, { signal: life.signal });
        panel.append(element('p', '', texts.computing), button);
      } else if (state === 'cancelled') panel.append(element('p', '', texts.cancelled));
      else if ('error' in state) panel.append(element('p', 'error', state.error));
      else {
        panel.append(facts(state.statistics, texts));
        histogram(panel, state.statistics, texts, life.signal);
      }
    },
    dispose() {
      life.abort();
      panel.remove();
    },
  };
}

function facts(statistics: StatisticsView, texts: CheckpointTexts): HTMLElement {
  const number = (value: number | null) => (value === null ? texts.none : formatValue(value));
  return factList([
    [texts.count, formatCount(statistics.count)],
    [texts.mean, number(statistics.mean)],
    [texts.std, number(statistics.std)],
    [texts.min, number(statistics.min)],
    [texts.max, number(statistics.max)],
    [texts.zeros, formatCount(statistics.zeroCount)],
    [texts.nan, formatCount(statistics.nanCount)],
    [texts.infinite, formatCount(statistics.infiniteCount)],
  ]);
}

/** Names with their values. */
export function factList(facts: readonly (readonly [string, string])[]): HTMLElement {
  const list = element('dl', 'facts');
  for (const [name, value] of facts) {
    const pair = list.appendChild(element('div', 'fact'));
    pair.append(element('dt', '', name), element('dd', '', value));
  }
  return list;
}
