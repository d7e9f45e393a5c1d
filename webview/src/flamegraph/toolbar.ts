import { element, setText } from '../components/component.js';
import type { FlameTexts } from './texts.js';

/** Which picture is drawn. */
export type FlameOrder = 'time' | 'heavy';

/** What its buttons do. */
export interface ToolbarActions {
  order(order: FlameOrder): void;
  search(query: string): void;
  /** Goes to the next match, or the one before. */
  match(step: 1 | -1): void;
  zoom(factor: number): void;
  zoomAll(): void;
  table(isShown: boolean): void;
  leaveSearch(): void;
}

/** The row of buttons above the picture. */
export interface Toolbar {
  /** Tells what a search found; empty for no search. */
  found(text: string, hasMatches: boolean): void;
  focusSearch(): void;
}

/** Makes it. */
export function toolbar(root: HTMLElement, texts: FlameTexts, actions: ToolbarActions): Toolbar {
  const bar = root.appendChild(element('div', 'flame-toolbar'));
  const orders = bar.appendChild(element('div', 'flame-group'));
  orders.setAttribute('role', 'group');
  orders.setAttribute('aria-label', texts.order);
  const orderButtons = (['time', 'heavy'] as const).map((order) => {
    const button = push(orders, order === 'time' ? texts.timeOrder : texts.leftHeavy, () => {
      for (const other of orderButtons) other.button.setAttribute('aria-pressed', String(other.order === order));
      actions.order(order);
    });
    button.setAttribute('aria-pressed', String(order === 'time'));
    return { order, button };
  });
  const group = bar.appendChild(element('div', 'flame-group'));
  const input = group.appendChild(element('input', 'flame-search'));
  input.type = 'search';
  input.placeholder = texts.search;
  input.setAttribute('aria-label', texts.search);
  input.addEventListener('input', () => actions.search(input.value));
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') actions.match(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape') {
      input.value = '';
      actions.search('');
      actions.leaveSearch();
    } else return;
    event.preventDefault();
  });
  const previous = push(group, '↑', () => actions.match(-1), texts.previous);
  const next = push(group, '↓', () => actions.match(1), texts.next);
  const found = group.appendChild(element('span', 'flame-found'));
  found.setAttribute('role', 'status');
  const zooms = bar.appendChild(element('div', 'flame-group'));
  push(zooms, '+', () => actions.zoom(0.5), texts.zoomIn);
  push(zooms, '−', () => actions.zoom(2), texts.zoomOut);
  push(zooms, texts.zoomAll, () => actions.zoomAll());
  const table = push(bar, texts.showTable, () => {
    const isShown = table.getAttribute('aria-expanded') !== 'true';
    table.setAttribute('aria-expanded', String(isShown));
    setText(table, isShown ? texts.hideTable : texts.showTable);
    actions.table(isShown);
  });
  table.setAttribute('aria-expanded', 'false');
  previous.disabled = true;
  next.disabled = true;
  return {
    found(text, hasMatches) {
      setText(found, text);
      previous.disabled = !hasMatches;
      next.disabled = !hasMatches;
    },
    focusSearch() {
      input.focus();
      input.select();
    },
  };
}

function push(root: HTMLElement, text: string, run: () => void, label?: string): HTMLButtonElement {
  const button = root.appendChild(element('button', 'button secondary', text));
  button.type = 'button';
  if (label !== undefined) {
    button.setAttribute('aria-label', label);
    button.title = label;
  }
  button.addEventListener('click', run);
  return button;
}
