import { type Cell, cellOf, type RunColumn, runColumns, sortedRuns } from '../charts/runColumns.js';
import { formatValue } from '../format.js';
import type { RunView } from '../messages/index.js';
import { texts } from '../texts.js';
import { runStroke, type Theme } from '../theme.js';
import { type Component, element } from './component.js';
import { runPlots } from './runPlots.js';

/** All runs, and which of them are shown. */
export interface RunTableState {
  readonly runs: readonly RunView[];
  readonly selected: readonly string[];
  readonly theme: Theme;
}

/** Hyperparameters and metrics of all runs, to sort and to filter, with the plots of one against the other. Drawn only while it is open. */
export function runTable(root: HTMLElement, select: (ids: readonly string[]) => void): Component<RunTableState> {
  const section = root.appendChild(element('details', 'run-compare'));
  const title = section.appendChild(element('summary', 'group-title'));
  title.append(element('h2', 'group-name', texts.compareTitle));
  const filter = section.appendChild(element('input', 'input search'));
  filter.type = 'search';
  filter.placeholder = texts.filterRuns;
  filter.setAttribute('aria-label', texts.filterRuns);
  const frame = section.appendChild(element('div', 'run-table'));
  frame.tabIndex = 0; // a region that scrolls must be reachable by keyboard
  frame.setAttribute('role', 'region');
  frame.setAttribute('aria-label', texts.compareTitle);
  const table = frame.appendChild(document.createElement('table'));
  const plots = runPlots(section);
  let shown: RunTableState | undefined;
  let sort: { readonly key: string; readonly isDescending: boolean } | undefined;
  let drawn = '';

  const draw = () => {
    const state = shown;
    if (!section.open || !state) return;
    const words = filter.value.trim().toLowerCase();
    const columns = runColumns(state.runs);
    const key = ({ kind, name }: RunColumn) => `${kind} ${name}`;
    const matching = state.runs.filter((run) => rowText(run).includes(words));
    const column = columns.find((one) => key(one) === sort?.key);
    const cellIn = (run: RunView): Cell =>
      column ? cellOf(run, column) : sort?.key === 'state' ? run.state : run.title;
    const rows = sort ? sortedRuns(matching, cellIn, sort.isDescending) : matching;
    // A table that is rebuilt ten times a second loses the focus.
    const picture = JSON.stringify([
      rows.map((run) => [run.id, run.state, run.hparams, run.metrics.map(({ value }) => formatValue(value))]),
      sort,
      state.selected,
    ]);
    if (picture === drawn) return;
    drawn = picture;
    const focused = table.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset.key
      : undefined;
    const header = document.createElement('tr');
    const head = (name: string, itsKey: string) => {
      const cell = header.appendChild(element('th', ''));
      cell.scope = 'col';
      const isSorted = sort?.key === itsKey;
      cell.setAttribute('aria-sort', !isSorted ? 'none' : sort?.isDescending ? 'descending' : 'ascending');
      const button = cell.appendChild(element('button', 'button link', name));
      button.type = 'button';
      button.dataset.key = itsKey;
      button.addEventListener('click', () => {
        sort = { key: itsKey, isDescending: isSorted && !sort?.isDescending };
        draw();
      });
    };
    head(texts.run, 'title');
    head(texts.state, 'state');
    for (const one of columns) head(one.name, key(one));
    const thead = document.createElement('thead');
    thead.append(header);
    const body = document.createElement('tbody');
    body.append(...rows.map((run) => tableRow(run, columns, state, select)));
    table.replaceChildren(thead, body);
    if (focused !== undefined) {
      [...table.querySelectorAll<HTMLElement>('[data-key]')].find(({ dataset }) => dataset.key === focused)?.focus();
    }
    plots.update({ runs: rows, columns, theme: state.theme });
  };

  filter.addEventListener('input', draw);
  section.addEventListener('toggle', draw);
  return {
    update(next) {
      if (next.theme !== shown?.theme) drawn = '';
      shown = next;
      section.hidden = !next.runs.some(({ hparams, metrics }) => hparams.length + metrics.length > 0);
      draw();
    },
    dispose() {
      plots.dispose();
      section.remove();
    },
  };
}

function rowText({ title, subtitle, state, hparams }: RunView): string {
  const named = hparams.map(({ name, value }) => `${name}=${value}`);
  return [title, subtitle, texts.states[state], ...named].join(' ').toLowerCase();
}

function tableRow(
  run: RunView,
  columns: readonly RunColumn[],
  { selected, theme }: RunTableState,
  select: (ids: readonly string[]) => void,
): HTMLTableRowElement {
  const row = document.createElement('tr');
  row.dataset.run = run.id;
  const name = element('th', 'run-cell');
  name.scope = 'row';
  const label = name.appendChild(element('label', 'run-label'));
  const box = label.appendChild(element('input', 'check'));
  box.type = 'checkbox';
  box.dataset.key = `select ${run.id}`;
  box.checked = selected.includes(run.id);
  box.addEventListener('change', () =>
    select(box.checked ? [...selected, run.id] : selected.filter((id) => id !== run.id)),
  );
  const swatch = label.appendChild(element('span', 'swatch'));
  swatch.style.backgroundColor = runStroke(theme, run.color).color;
  const place = run.subtitle.split(' · ')[1];
  label.append(element('span', 'run-name', place === undefined ? run.title : `${run.title} ${place}`));
  row.append(name, element('td', '', texts.states[run.state]));
  for (const column of columns) row.append(element('td', 'number', cellText(cellOf(run, column))));
  return row;
}

function cellText(cell: Cell): string {
  if (cell === undefined) return '';
  return typeof cell === 'number' ? formatValue(cell) : String(cell);
}
