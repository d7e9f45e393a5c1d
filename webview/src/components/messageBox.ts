import { type Component, element, setText } from './component.js';

/** A title and a sentence, and perhaps a button that helps on. */
export interface MessageBoxState {
  readonly kind: 'info' | 'error';
  readonly title: string;
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** Says in words what cannot be shown: nothing there yet, or what went wrong. Null hides it. */
export function messageBox(root: HTMLElement): Component<MessageBoxState | null> {
  const life = new AbortController();
  const box = root.appendChild(element('section', 'message-box'));
  const title = box.appendChild(element('h2', 'message-title'));
  const text = box.appendChild(element('p', 'message-text'));
  const button = box.appendChild(element('button', 'button'));
  button.type = 'button';
  box.hidden = true;
  let shown: MessageBoxState | null = null;
  button.addEventListener('click', () => shown?.action?.run(), { signal: life.signal });
  return {
    update(state) {
      shown = state;
      box.hidden = state === null;
      if (!state) return;
      box.dataset.kind = state.kind;
      setText(title, state.title);
      setText(text, state.text);
      button.hidden = !state.action;
      setText(button, state.action?.label ?? '');
    },
    dispose() {
      life.abort();
      box.remove();
    },
  };
}
