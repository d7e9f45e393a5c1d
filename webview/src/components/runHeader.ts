import type { Host } from '../host.js';
import type { RunView } from '../messages/index.js';
import { texts } from '../texts.js';
import { type Component, element, setText } from './component.js';

/** Who runs and how it goes: title, state, and the buttons that concern the run as a whole. Null before the first run. */
export function runHeader(root: HTMLElement, host: Pick<Host, 'send'>): Component<RunView | null> {
  const life = new AbortController();
  const header = root.appendChild(element('header', 'run-header'));
  const heading = header.appendChild(element('div', 'run-heading'));
  const title = heading.appendChild(element('h1', 'run-title'));
  const subtitle = heading.appendChild(element('p', 'run-subtitle'));
  const state = header.appendChild(element('p', 'run-state'));
  // Progress comes ten times a second and would drown a screen reader; the state is what it needs to hear.
  state.setAttribute('role', 'status');
  const stop = header.appendChild(element('button', 'button', texts.stop));
  const logs = header.appendChild(element('button', 'button secondary', texts.showLogs));
  stop.type = logs.type = 'button';
  stop.addEventListener('click', () => shown && host.send({ type: 'stop', run: shown.id }), { signal: life.signal });
  logs.addEventListener('click', () => host.send({ type: 'show-logs' }), { signal: life.signal });
  let shown: RunView | null = null;
  return {
    update(run) {
      shown = run;
      setText(title, run?.title ?? texts.title);
      setText(subtitle, run?.subtitle ?? '');
      setText(state, run ? texts.states[run.state] : '');
      state.hidden = run === null;
      state.dataset.state = run?.state ?? '';
      stop.hidden = run === null || run.end !== null;
      setText(stop, run?.state === 'stopping' ? texts.stopNow : texts.stop);
    },
    dispose() {
      life.abort();
      header.remove();
    },
  };
}
