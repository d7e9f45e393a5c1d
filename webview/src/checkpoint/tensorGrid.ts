import { element } from '../components/component.js';
import { formatBytes, formatShape } from './format.js';
import type { TensorView } from './messages.js';
import { buildTensorTree, type TensorNode, visibleNodes } from './tensorTree.js';
import type { CheckpointTexts } from './texts.js';

/** The document holds so many rows at first, and so many more each time it is asked. */
const PAGE_ROWS = 300;
/** Trees up to this size come open. */
const OPEN_AT_MOST = 60;

/** A tree of tensors as a table: the arrows move and open, Enter chooses, names can be filtered. */
export function tensorGrid(
  root: HTMLElement,
  tensors: readonly TensorView[],
  texts: CheckpointTexts,
  choose: (tensor: number) => void,
): void {
  const box = root.appendChild(element('div', 'tensor-grid'));
  const filter = box.appendChild(element('input', 'filter'));
  filter.type = 'search';
  filter.placeholder = texts.filter;
  filter.setAttribute('aria-label', texts.filter);
  const frame = box.appendChild(element('div', 'grid-frame'));
  const table = frame.appendChild(element('table', 'grid'));
  table.setAttribute('role', 'treegrid');
  table.setAttribute('aria-label', texts.tensors);
  const head = table.createTHead().insertRow();
  for (const name of [texts.name, texts.dtype, texts.shape, texts.size]) {
    head.appendChild(element('th', '', name)).scope = 'col';
  }
  const body = table.createTBody();
  const empty = box.appendChild(element('p', 'hint'));
  empty.setAttribute('role', 'status');
  const more = box.appendChild(element('button', 'button secondary', texts.more));
  more.type = 'button';

  const whole = buildTensorTree(tensors);
  const open = new Set<TensorNode>();
  let tree: readonly TensorNode[] = whole;
  let rows: readonly TensorNode[] = [];
  let limit = PAGE_ROWS;
  let current = 0;
  let chosen: number | undefined;
  openAtFirst(whole, tensors.length);

  function openAtFirst(nodes: readonly TensorNode[], count: number): void {
    for (const node of nodes) {
      if (node.tensor !== undefined) continue;
      if (count <= OPEN_AT_MOST || node.level === 1) open.add(node);
      if (count <= OPEN_AT_MOST) openAtFirst(node.children, count);
    }
  }

  function draw(): void {
    rows = visibleNodes(tree, (node) => open.has(node));
    current = Math.max(0, Math.min(current, rows.length - 1, limit - 1));
    body.replaceChildren(...rows.slice(0, limit).map(rowOf));
    more.hidden = rows.length <= limit;
    empty.textContent = rows.length > 0 ? '' : tensors.length === 0 ? texts.noTensors : texts.noMatch;
    frame.hidden = rows.length === 0;
  }

  function rowOf(node: TensorNode, index: number): HTMLTableRowElement {
    const row = document.createElement('tr');
    row.setAttribute('aria-level', String(node.level));
    row.tabIndex = index === current ? 0 : -1;
    const tensor = node.tensor === undefined ? undefined : tensors[node.tensor];
    if (!tensor) row.setAttribute('aria-expanded', String(open.has(node)));
    else row.setAttribute('aria-selected', String(node.tensor === chosen));
    const name = row.appendChild(element('td', 'tensor-name', tensor ? node.label : `${node.label} (${node.count})`));
    name.style.paddingInlineStart = `${node.level * 16}px`;
    row.append(
      element('td', '', tensor?.dtype ?? ''),
      element('td', '', tensor ? formatShape(tensor.shape, texts) : ''),
      element('td', 'number', formatBytes(node.sizeBytes)),
    );
    return row;
  }

  function focus(index: number): void {
    const wanted = Math.max(0, Math.min(index, rows.length - 1));
    if (wanted >= limit) {
      limit = wanted + PAGE_ROWS;
      draw();
    }
    const before = body.rows[current];
    if (before) before.tabIndex = -1;
    current = wanted;
    const row = body.rows[current];
    if (!row) return;
    row.tabIndex = 0;
    row.focus();
  }

  function toggle(node: TensorNode, isOpen: boolean): void {
    if (node.children.length === 0 || open.has(node) === isOpen) return;
    if (isOpen) open.add(node);
    else open.delete(node);
    draw();
    focus(current);
  }

  function act(node: TensorNode): void {
    if (node.tensor === undefined) {
      toggle(node, !open.has(node));
      return;
    }
    chosen = node.tensor;
    for (const [index, row] of [...body.rows].entries()) {
      if (rows[index]?.tensor !== undefined) row.setAttribute('aria-selected', String(index === current));
    }
    choose(chosen);
  }

  const keys: Readonly<Record<string, (node: TensorNode) => void>> = {
    ArrowDown: () => focus(current + 1),
    ArrowUp: () => focus(current - 1),
    Home: () => focus(0),
    End: () => focus(rows.length - 1),
    ArrowRight: (node) => (open.has(node) ? focus(current + 1) : toggle(node, true)),
    ArrowLeft: (node) => (open.has(node) ? toggle(node, false) : focus(parentOf(current))),
    Enter: act,
    ' ': act,
  };

  function parentOf(index: number): number {
    const level = rows[index]?.level ?? 1;
    for (let above = index - 1; above >= 0; above--) if ((rows[above]?.level ?? 1) < level) return above;
    return index;
  }

  body.addEventListener('keydown', (event) => {
    const node = rows[current];
    const action = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
    if (!node || !action) return;
    event.preventDefault();
    action(node);
  });
  body.addEventListener('click', ({ target }) => {
    const row = target instanceof Element ? target.closest('tr') : null;
    if (!row) return;
    focus(row.sectionRowIndex);
    const node = rows[current];
    if (node) act(node);
  });
  more.addEventListener('click', () => {
    const first = limit;
    limit += PAGE_ROWS;
    draw();
    focus(first);
  });
  filter.addEventListener('input', () => {
    const wanted = filter.value.trim().toLowerCase();
    tree = wanted === '' ? whole : found(tensors, wanted);
    limit = PAGE_ROWS;
    current = 0;
    draw();
  });
  draw();
}

/** Tensors whose whole name has these letters, as a flat list. */
function found(tensors: readonly TensorView[], wanted: string): TensorNode[] {
  return tensors.flatMap(({ name, sizeBytes }, tensor) =>
    name.toLowerCase().includes(wanted) ? [{ label: name, level: 1, tensor, children: [], count: 1, sizeBytes }] : [],
  );
}
