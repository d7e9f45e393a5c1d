import { element, setText } from '../components/component.js';
import { messageBox } from '../components/messageBox.js';
import { formatCount } from '../format.js';
import type { Channel } from '../host.js';
import type { FlameHostMessage, FlamePageMessage, FlameSpansMessage } from '../messages/index.js';
import { onThemeChange } from '../theme.js';
import { FlameView } from './flameView.js';
import { functionTable } from './functionTable.js';
import { type Boxes, leftHeavy, timeOrdered } from './layout.js';
import { type Matches, search } from './search.js';
import { spanDetails } from './spanDetails.js';
import { SpanTable } from './spanTable.js';
import { flameTexts } from './texts.js';
import { timeLabel } from './time.js';
import { type FlameOrder, toolbar } from './toolbar.js';
import { tooltip } from './tooltip.js';

/** The page's way to the extension. */
export type FlameHost = Channel<FlameHostMessage, FlamePageMessage>;

/** Fills `root` with the flamegraph and keeps it true to what `host` says, until `signal` aborts. */
export function mountFlamegraph(root: HTMLElement, host: FlameHost, signal: AbortSignal): void {
  const texts = flameTexts(document.documentElement.lang);
  const table = new SpanTable();
  let order: FlameOrder = 'time';
  let boxes: Boxes = timeOrdered(table);
  let query = '';
  let matches: Matches | undefined;
  let match = -1;
  let isTableShown = false;

  const page = root.appendChild(element('div', 'flame-page'));
  const title = page.appendChild(element('h1', 'run-title'));
  setText(title, texts.heading);
  const note = page.appendChild(element('p', 'flame-note'));
  const box = messageBox(page);
  const work = page.appendChild(element('div', 'flame-work'));
  work.hidden = true;
  const bar = toolbar(work, texts, {
    order(wanted) {
      order = wanted;
      layOut(true);
    },
    search(text) {
      query = text;
      match = -1;
      findMatches();
      view.show({ boxes, frames: table.frames, matches }, false);
    },
    match: (step) => goToMatch(step),
    zoom: (factor) => view.zoom(factor),
    zoomAll: () => view.zoomAll(),
    table(isShown) {
      isTableShown = isShown;
      functions.update(isShown ? table : null);
    },
    leaveSearch: () => view.frame.focus(),
  });
  const open = (at: number) => {
    const frame = boxes.frame[at];
    if (frame !== undefined && table.frames[frame]?.canOpen) host.send({ type: 'open-source', frame });
  };
  const view = new FlameView(
    work,
    {
      focus: (at) => details.update({ table, boxes, box: at }),
      open,
      search: () => bar.focusSearch(),
      hover: (at, x, y) => tip(at < 0 ? null : { table, boxes, box: at }, x, y),
    },
    signal,
  );
  const tip = tooltip(view.frame, texts);
  const help = work.appendChild(element('p', 'flame-help', texts.help));
  help.id = 'flame-help';
  view.frame.setAttribute('aria-describedby', help.id);
  const details = spanDetails(work, texts, open);
  details.update(null);
  const functions = functionTable(work, texts, (frame) => goToLongest(frame));

  const layOut = (isOther: boolean) => {
    boxes = order === 'time' ? timeOrdered(table) : leftHeavy(table);
    findMatches();
    view.show({ boxes, frames: table.frames, matches }, isOther);
    details.update({ table, boxes, box: view.focused });
    if (isTableShown) functions.update(table);
  };
  const findMatches = () => {
    matches = search(boxes, table.frames, query);
    if (match >= (matches?.boxes.length ?? 0)) match = -1;
    tellMatches();
  };
  const tellMatches = () => {
    const count = matches?.boxes.length ?? 0;
    if (!matches) bar.found('', false);
    else bar.found(count === 0 ? texts.noMatch : texts.matches(match + 1, count, matches.spans), count > 0);
  };
  const goToMatch = (step: 1 | -1) => {
    if (!matches || matches.boxes.length === 0) return;
    match =
      match < 0 && step < 0 ? matches.boxes.length - 1 : (match + step + matches.boxes.length) % matches.boxes.length;
    tellMatches();
    view.focus(matches.boxes[match] as number);
  };
  const goToLongest = (frame: number) => {
    let longest = -1;
    for (let i = 0; i < boxes.count; i++) {
      if (boxes.frame[i] === frame && (longest < 0 || (boxes.width[i] as number) > (boxes.width[longest] as number))) {
        longest = i;
      }
    }
    view.focus(longest);
    view.frame.focus();
  };

  let isOther = true;
  const tellProfile = (message: FlameSpansMessage) => {
    setText(title, message.title);
    const [spans, time] = [formatCount(table.count), timeLabel(boxes.end)];
    view.frame.setAttribute('aria-label', texts.graphLabel(spans, time));
    const notes = [texts.spans(spans, time)];
    if (message.state !== 'complete') notes.push(texts[message.state]);
    if (message.isSampled) notes.push(texts.sampled);
    if (message.skipped > 0) notes.push(texts.skipped(formatCount(message.skipped)));
    setText(note, notes.join(' · '));
    view.frame.dataset.spans = String(table.count);
  };
  const receive = (message: FlameHostMessage) => {
    if (!table.apply(message)) return host.send({ type: 'resync' });
    if (message.type === 'flame-status') {
      work.hidden = true;
      setText(note, '');
      isOther = true;
      box.update(
        message.status === 'waiting'
          ? { kind: 'info', title: texts.waiting, text: texts.waitingText }
          : { kind: 'error', title: texts.errorTitle, text: message.text },
      );
      return;
    }
    if (message.more) return; // the rest is under way: laying out half of it would be for nothing
    box.update(null);
    work.hidden = false;
    layOut(isOther);
    isOther = false;
    tellProfile(message);
  };
  box.update({ kind: 'info', title: texts.connecting, text: '' });
  host.listen(receive, signal);
  onThemeChange(() => view.themeChanged(), signal);
  signal.addEventListener('abort', () => {
    for (const part of [box, details, functions]) part.dispose();
    page.remove();
  });
  host.send({ type: 'ready' });
}
