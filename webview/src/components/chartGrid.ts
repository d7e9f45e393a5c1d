import type { DrawnSeries } from '../pageState.js';
import { texts } from '../texts.js';
import type { Theme } from '../theme.js';
import { type ChartCardState, chartCard } from './chartCard.js';
import { type Component, element } from './component.js';

/** All metrics, or those that changed since the last update. */
export interface ChartGridState {
  readonly series: readonly DrawnSeries[];
  readonly theme: Theme;
  /** True when a metric that is not in `series` is no longer there. */
  readonly isComplete: boolean;
}

/** A card for each metric, in the order of their names: which came first is an accident. */
export function chartGrid(root: HTMLElement): Component<ChartGridState> {
  const section = root.appendChild(element('section', 'charts'));
  const heading = section.appendChild(element('h2', 'section-title', texts.charts));
  heading.id = 'charts-title';
  section.setAttribute('aria-labelledby', heading.id);
  const grid = section.appendChild(element('div', 'chart-grid'));
  const cards = new Map<string, Component<ChartCardState>>();
  return {
    update({ series, theme, isComplete }) {
      if (isComplete) {
        const names = new Set(series.map(({ name }) => name));
        for (const [name, card] of cards) {
          if (names.has(name)) continue;
          card.dispose();
          cards.delete(name);
        }
      }
      for (const one of series) {
        const card = cards.get(one.name);
        if (card) card.update({ series: one, theme });
        else cards.set(one.name, chartCard(grid, { series: one, theme }));
      }
      section.hidden = cards.size === 0;
    },
    dispose() {
      for (const card of cards.values()) card.dispose();
      section.remove();
    },
  };
}
