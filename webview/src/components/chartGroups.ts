import { compareGroups, compareMetrics, groupOf } from '../charts/groups.js';
import { texts } from '../texts.js';
import { type ChartCardActions, type ChartCardState, chartCard } from './chartCard.js';
import { type Component, element, setText } from './component.js';

/** All metrics, or those that changed since the last update. */
export interface ChartGroupsState {
  readonly cards: readonly ChartCardState[];
  /** Only metrics whose name holds this are shown. */
  readonly search: string;
  readonly collapsed: readonly string[];
  /** True when a metric that is not in `cards` is no longer there. */
  readonly isComplete: boolean;
}

interface Group {
  readonly section: HTMLDetailsElement;
  readonly title: HTMLElement;
  readonly grid: HTMLElement;
  readonly cards: Map<string, ReturnType<typeof chartCard>>;
}

/** A card for each metric, by group and name: which came first is an accident. Groups open and close. */
export function chartGroups(
  root: HTMLElement,
  actions: ChartCardActions & { collapse(group: string, isCollapsed: boolean): void },
): Component<ChartGroupsState> {
  const area = root.appendChild(element('section', 'charts'));
  area.setAttribute('aria-label', texts.charts);
  const empty = area.appendChild(element('p', 'message-text', texts.noMatch));
  const groups = new Map<string, Group>();

  const open = (name: string, isCollapsed: boolean): Group => {
    const section = element('details', 'chart-group');
    section.dataset.group = name;
    section.open = !isCollapsed;
    const title = section.appendChild(element('summary', 'group-title'));
    const heading = title.appendChild(element('h2', 'group-name'));
    section.addEventListener('toggle', () => actions.collapse(name, !section.open));
    const grid = section.appendChild(element('div', 'chart-grid'));
    const group = { section, title: heading, grid, cards: new Map() };
    insertSorted(area, section, (other) => compareGroups((other as HTMLElement).dataset.group ?? '', name) > 0);
    groups.set(name, group);
    return group;
  };

  return {
    update({ cards, search, collapsed, isComplete }) {
      if (isComplete) {
        const names = new Set(cards.map(({ metric }) => metric));
        for (const [name, group] of groups) {
          for (const [metric, card] of group.cards) {
            if (names.has(metric)) continue;
            card.dispose();
            group.cards.delete(metric);
          }
          if (group.cards.size > 0) continue;
          group.section.remove();
          groups.delete(name);
        }
      }
      for (const state of cards) {
        const name = groupOf(state.metric);
        const group = groups.get(name) ?? open(name, collapsed.includes(name));
        const card = group.cards.get(state.metric);
        if (card) {
          card.update(state);
          continue;
        }
        const made = chartCard(state, actions);
        insertSorted(
          group.grid,
          made.card,
          (other) => compareMetrics((other as HTMLElement).dataset.metric ?? '', state.metric) > 0,
        );
        group.cards.set(state.metric, made);
      }
      const wanted = search.trim().toLowerCase();
      let shown = 0;
      for (const [name, group] of groups) {
        let inGroup = 0;
        for (const [metric, { card }] of group.cards) {
          card.hidden = !metric.toLowerCase().includes(wanted);
          if (!card.hidden) inGroup++;
        }
        group.section.hidden = inGroup === 0;
        setText(group.title, `${Object.hasOwn(texts.groups, name) ? texts.groups[name] : name} (${inGroup})`);
        shown += inGroup;
      }
      area.hidden = groups.size === 0;
      empty.hidden = shown > 0;
    },
    dispose() {
      for (const group of groups.values()) for (const card of group.cards.values()) card.dispose();
      area.remove();
    },
  };
}

function insertSorted(root: HTMLElement, made: HTMLElement, isAfter: (other: Element) => boolean): void {
  const others = [...root.children].filter((other) => !other.classList.contains('message-text'));
  root.insertBefore(made, others.find(isAfter) ?? null);
}
