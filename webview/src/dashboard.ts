import { chartGrid } from './components/chartGrid.js';
import { element } from './components/component.js';
import { type MessageBoxState, messageBox } from './components/messageBox.js';
import { noticeList } from './components/noticeList.js';
import { progressStrip } from './components/progressStrip.js';
import { runHeader } from './components/runHeader.js';
import type { Host } from './host.js';
import { type DrawnSeries, PageState } from './pageState.js';
import { texts } from './texts.js';
import { onThemeChange, readTheme } from './theme.js';

/** Fills `root` with the dashboard and keeps it true to what `host` says, until `signal` aborts. */
export function mountDashboard(root: HTMLElement, host: Host, signal: AbortSignal): void {
  const state = new PageState();
  const runArea = root.appendChild(element('div', 'run-area'));
  const header = runHeader(runArea, host);
  const progress = progressStrip(runArea);
  const box = messageBox(root);
  const charts = chartGrid(root);
  const notices = noticeList(root);
  let theme = readTheme();

  // Messages may come faster than frames; a frame draws what all of them changed.
  const changed = new Set<DrawnSeries>();
  let everything = false;
  let frame = 0;
  const draw = () => {
    frame = 0;
    header.update(state.run);
    progress.update(state.run);
    box.update(boxState(state, host));
    charts.update({ series: everything ? state.series : [...changed], theme, isComplete: everything });
    notices.update(state.notices);
    changed.clear();
    everything = false;
  };
  const redraw = () => {
    if (frame === 0) frame = requestAnimationFrame(draw);
  };

  header.update(null);
  progress.update(null);
  box.update({ kind: 'info', title: texts.connecting, text: '' });
  host.listen((message) => {
    const change = state.apply(message);
    if (!change) return host.send({ type: 'resync' });
    everything ||= change.everything;
    for (const series of change.series) changed.add(series);
    redraw();
  }, signal);
  onThemeChange(() => {
    theme = readTheme();
    everything = true;
    redraw();
  }, signal);
  signal.addEventListener('abort', () => {
    cancelAnimationFrame(frame);
    for (const part of [header, progress, box, charts, notices]) part.dispose();
    runArea.remove();
  });
  host.send({ type: 'ready' });
}

function boxState({ run, series }: PageState, host: Host): MessageBoxState | null {
  if (!run) return { kind: 'info', title: texts.noRunTitle, text: texts.noRun };
  const error = run.end?.error;
  if (error) {
    const action = error.hasLocation
      ? { label: texts.showError, run: () => host.send({ type: 'show-error' }) }
      : { label: texts.showLogs, run: () => host.send({ type: 'show-logs' }) };
    return { kind: 'error', title: error.name, text: error.message, action };
  }
  if (series.length > 0) return null;
  return run.end
    ? { kind: 'info', title: texts.noMetricsTitle, text: texts.noMetrics }
    : { kind: 'info', title: texts.waitingTitle, text: texts.waiting };
}
