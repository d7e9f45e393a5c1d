import type { Range } from './charts/ranges.js';
import { differences, runName } from './charts/runNames.js';
import type { ChartCardState } from './components/chartCard.js';
import { chartGroups } from './components/chartGroups.js';
import { chartToolbar } from './components/chartToolbar.js';
import { element } from './components/component.js';
import { sharedCursor } from './components/cursor.js';
import { type MessageBoxState, messageBox } from './components/messageBox.js';
import { noticeList } from './components/noticeList.js';
import { progressStrip } from './components/progressStrip.js';
import { runHeader } from './components/runHeader.js';
import { runList } from './components/runList.js';
import { runTable } from './components/runTable.js';
import type { Host } from './host.js';
import { PageState } from './pageState.js';
import { texts } from './texts.js';
import { onThemeChange, readTheme } from './theme.js';
import { recalledView, type ViewState } from './viewState.js';

/** Fills `root` with the dashboard and keeps it true to what `host` says, until `signal` aborts. */
export function mountDashboard(root: HTMLElement, host: Host, signal: AbortSignal): void {
  const state = new PageState();
  let view = recalledView(host.recall());
  let theme = readTheme();

  const select = (runs: readonly string[]) => host.send({ type: 'select', runs });
  const runArea = root.appendChild(element('div', 'run-area'));
  const header = runHeader(runArea, host);
  const progress = progressStrip(runArea);
  const box = messageBox(root);
  const runs = runList(root, select);
  const toolbar = chartToolbar(root, (part) => setView(part));
  const charts = chartGroups(root, {
    askWindow: (metric: string, [from, to]: Range) => host.send({ type: 'window', metric, axis: view.axis, from, to }),
    savePng: (name, canvas) => void savePng(host, name, canvas),
    saveCsv: (metric) => host.send({ type: 'export-csv', metric }),
    collapse(group, isCollapsed) {
      const others = view.collapsed.filter((one) => one !== group);
      remember({ ...view, collapsed: isCollapsed ? [...others, group] : others });
    },
    cursor: sharedCursor(),
  });
  const table = runTable(root, select);
  const notices = noticeList(root);

  // Messages may come faster than frames; a frame draws what all of them changed.
  const changed = new Set<string>();
  let everything = false;
  let frame = 0;
  const draw = () => {
    frame = 0;
    const [first = null] = state.shown;
    header.update(first);
    progress.update(first);
    box.update(boxState(state, host));
    const different = differences(state.runs);
    runs.update({ runs: state.runs, selected: state.selected, differences: different, theme });
    const known = new Map(state.shown.map((run) => [run.id, { run, name: runName(run, different.get(run.id) ?? []) }]));
    const cardOf = (metric: string): ChartCardState => ({
      metric,
      series: state.seriesOf(metric),
      window: state.windowOf(metric),
      runs: known,
      checkpoints: state.checkpoints,
      view,
      theme,
    });
    const metrics = everything ? state.metrics : [...changed];
    charts.update({
      cards: metrics.map(cardOf),
      search: view.search,
      collapsed: view.collapsed,
      isComplete: everything,
    });
    toolbar.update(view);
    table.update({ runs: state.runs, selected: state.selected, theme });
    notices.update(state.notices);
    changed.clear();
    everything = false;
  };
  const redraw = () => {
    if (frame === 0) frame = requestAnimationFrame(draw);
  };
  const redrawAll = () => {
    everything = true;
    redraw();
  };
  const remember = (next: ViewState) => {
    view = next;
    host.remember({ view, selected: state.selected });
  };
  const setView = (part: Partial<ViewState>) => {
    remember({ ...view, ...part });
    redrawAll();
  };

  header.update(null);
  progress.update(null);
  toolbar.update(view);
  box.update({ kind: 'info', title: texts.connecting, text: '' });
  host.listen((message) => {
    const change = state.apply(message);
    if (!change) return host.send({ type: 'resync' });
    if (change.everything) host.remember({ view, selected: state.selected });
    everything ||= change.everything;
    for (const metric of change.metrics) changed.add(metric);
    redraw();
  }, signal);
  onThemeChange(() => {
    theme = readTheme();
    redrawAll();
  }, signal);
  signal.addEventListener('abort', () => {
    cancelAnimationFrame(frame);
    for (const part of [header, progress, box, runs, toolbar, charts, table, notices]) part.dispose();
    runArea.remove();
  });
  host.send({ type: 'ready' });
}

async function savePng(host: Host, name: string, canvas: HTMLCanvasElement): Promise<void> {
  // A chart has no ground of its own, and its light text would be lost on a white page.
  const picture = Object.assign(document.createElement('canvas'), { width: canvas.width, height: canvas.height });
  const context = picture.getContext('2d');
  if (!context) return;
  context.fillStyle = getComputedStyle(document.body).backgroundColor;
  context.fillRect(0, 0, picture.width, picture.height);
  context.drawImage(canvas, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => picture.toBlob(resolve, 'image/png'));
  if (blob) host.send({ type: 'export-image', name, bytes: new Uint8Array(await blob.arrayBuffer()) });
}

function boxState({ runs, shown, metrics }: PageState, host: Host): MessageBoxState | null {
  const [run] = shown;
  if (!run) {
    return runs.length === 0
      ? { kind: 'info', title: texts.noRunTitle, text: texts.noRun }
      : { kind: 'info', title: texts.noSelectionTitle, text: texts.noSelection };
  }
  const error = run.end?.error;
  if (error) {
    const action = error.hasLocation
      ? { label: texts.showError, run: () => host.send({ type: 'show-error', run: run.id }) }
      : { label: texts.showLogs, run: () => host.send({ type: 'show-logs' }) };
    return { kind: 'error', title: error.name, text: error.message, action };
  }
  if (metrics.length > 0) return null;
  return run.end
    ? { kind: 'info', title: texts.noMetricsTitle, text: texts.noMetrics }
    : { kind: 'info', title: texts.waitingTitle, text: texts.waiting };
}
