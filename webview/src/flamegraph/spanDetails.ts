import { type Component, element } from '../components/component.js';
import type { Boxes } from './layout.js';
import type { SpanTable } from './spanTable.js';
import type { FlameTexts } from './texts.js';
import { byteLabel, timeLabel } from './time.js';

/** A box in numbers, and what to do about it. */
export interface DetailsState {
  readonly table: SpanTable;
  readonly boxes: Boxes;
  /** -1 for none. */
  readonly box: number;
}

/** Pairs of a word and a value that describe a box. */
export function boxFacts(
  { table, boxes, box }: DetailsState,
  texts: FlameTexts,
): readonly (readonly [string, string])[] {
  const frame = boxes.frame[box] ?? 0;
  const span = boxes.span[box] ?? 0;
  const width = boxes.width[box] ?? 0;
  const spans = boxes.spans[box] ?? 1;
  const share = boxes.end > 0 ? `${((width / boxes.end) * 100).toFixed(1)} %` : '0 %';
  const all = table.totals[frame] ?? { count: 0, total: 0, self: 0, mean: 0 };
  const facts: [string, string][] = [
    [texts.duration, spans > 1 ? `${timeLabel(width)} (${spans} ×)` : timeLabel(width)],
    [texts.share, share],
    [texts.self, timeLabel(boxes.self[box] ?? 0)],
    [
      texts.allOfName,
      [
        `${texts.count} ${all.count}`,
        `${texts.total} ${timeLabel(all.total)}`,
        `${texts.self} ${timeLabel(all.self)}`,
        `${texts.mean} ${timeLabel(all.mean)}`,
      ].join(' · '),
    ],
  ];
  if (spans === 1) facts.push([texts.began, timeLabel(table.start[span] ?? 0)]);
  const shapes = table.shapeList[table.shapes[span] ?? -1];
  if (shapes && spans === 1) {
    facts.push([texts.inputs, shapes.inputs], [texts.outputs, shapes.outputs], [texts.dtype, shapes.dtype]);
  }
  const bytes = table.bytes[span] ?? -1;
  if (bytes >= 0 && spans === 1) facts.push([texts.memory, byteLabel(bytes)]);
  return facts;
}

/** What is known of the focused box; screen readers hear it as the focus moves. */
export function spanDetails(
  root: HTMLElement,
  texts: FlameTexts,
  open: (box: number) => void,
): Component<DetailsState | null> {
  const life = new AbortController();
  const pane = root.appendChild(element('section', 'flame-details'));
  pane.setAttribute('aria-live', 'polite');
  const head = pane.appendChild(element('div', 'flame-details-head'));
  const name = head.appendChild(element('h2', 'flame-details-name'));
  const kind = head.appendChild(element('span', 'flame-details-kind'));
  const button = head.appendChild(element('button', 'button link'));
  button.type = 'button';
  const list = pane.appendChild(element('dl', 'flame-facts'));
  let shown: DetailsState | null = null;
  button.addEventListener('click', () => shown && open(shown.box), { signal: life.signal });
  return {
    update(state) {
      shown = state && state.box >= 0 ? state : null;
      list.replaceChildren();
      button.hidden = true;
      kind.textContent = '';
      name.textContent = shown ? '' : texts.nothing;
      if (!shown) return;
      const frame = shown.table.frames[shown.boxes.frame[shown.box] ?? 0];
      if (!frame) return;
      name.textContent = frame.name;
      kind.textContent = texts.categories[frame.category] + (frame.source === null ? '' : ` · ${frame.source}`);
      button.hidden = !frame.canOpen;
      button.textContent = texts.open;
      for (const [word, value] of boxFacts(shown, texts)) {
        const fact = list.appendChild(element('div', 'flame-fact'));
        fact.append(element('dt', '', word), element('dd', '', value));
      }
    },
    dispose() {
      life.abort();
      pane.remove();
    },
  };
}
