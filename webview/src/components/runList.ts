import { runName } from '../charts/runNames.js';
import type { Hyperparameter, RunView } from '../messages/index.js';
import { texts } from '../texts.js';
import { runStroke, type Theme } from '../theme.js';
import { type Component, element, setText } from './component.js';

/** All runs, and which of them are shown. */
export interface RunListState {
  readonly runs: readonly RunView[];
  readonly selected: readonly string[];
  /** By run, the hyperparameters in which it differs from others. */
  readonly differences: ReadonlyMap<string, readonly Hyperparameter[]>;
  readonly theme: Theme;
}

/** A box to tick for each run, newest first, with its colour, its state and what sets it apart. Hidden while there is one run only. */
export function runList(root: HTMLElement, select: (ids: readonly string[]) => void): Component<RunListState> {
  const section = root.appendChild(element('details', 'run-list'));
  section.open = true;
  const title = section.appendChild(element('summary', 'group-title'));
  const heading = title.appendChild(element('h2', 'group-name'));
  const list = section.appendChild(element('ul', 'run-items'));
  const items = new Map<
    string,
    { item: HTMLLIElement; box: HTMLInputElement; show(run: RunView, state: RunListState): void }
  >();
  let selected: readonly string[] = [];
  const make = (id: string) => {
    const item = element('li', 'run-item');
    item.dataset.run = id;
    const label = item.appendChild(element('label', 'run-label'));
    const box = label.appendChild(element('input', 'check'));
    box.type = 'checkbox';
    box.addEventListener('change', () =>
      select(box.checked ? [...selected, id] : selected.filter((other) => other !== id)),
    );
    const swatch = label.appendChild(element('span', 'swatch'));
    const name = label.appendChild(element('span', 'run-name'));
    const state = item.appendChild(element('span', 'run-item-state'));
    return {
      item,
      box,
      show(run: RunView, { differences, theme }: RunListState) {
        const { color, dash } = runStroke(theme, run.color);
        if (swatch.style.backgroundColor !== color) swatch.style.backgroundColor = color;
        swatch.dataset.dashed = String(dash.length > 0);
        setText(name, runName(run, differences.get(run.id) ?? []));
        setText(state, texts.states[run.state]);
        state.dataset.state = run.state;
      },
    };
  };
  return {
    update(state) {
      selected = state.selected;
      section.hidden = state.runs.length < 2;
      setText(heading, `${texts.runs} (${texts.of(String(selected.length), String(state.runs.length))})`);
      const ids = new Set(state.runs.map(({ id }) => id));
      for (const [id, { item }] of items) {
        if (ids.has(id)) continue;
        item.remove();
        items.delete(id);
      }
      for (const run of state.runs) {
        let entry = items.get(run.id);
        if (!entry) {
          entry = make(run.id);
          items.set(run.id, entry);
          list.prepend(entry.item);
        }
        entry.show(run, state);
        entry.box.checked = selected.includes(run.id);
      }
    },
    dispose: () => section.remove(),
  };
}
