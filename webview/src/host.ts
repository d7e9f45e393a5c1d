import { type HostMessage, isHostMessage, type PageMessage } from './messages/index.js';

/** A page's only way out: the extension behind the webview, or what stands in for it in a test. */
export interface Channel<In, Out> {
  /** Says something to the extension. */
  send(message: Out): void;
  /** Calls `listener` for every well-formed message of the extension until `signal` aborts; others are ignored. */
  listen(listener: (message: In) => void, signal: AbortSignal): void;
}

/** What a page remembers across reloads of itself and of the window. */
export interface PageMemory {
  /** What was kept last; undefined when nothing was. Check it: it may be of another version. */
  recall(): unknown;
  /** Keeps plain data. */
  remember(state: unknown): void;
}

/** The dashboard's. */
export type Host = Channel<HostMessage, PageMessage> & PageMemory;

declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
};

/** The channel of a page inside an editor, which takes in only what `isMessage` accepts. May be called once a page. */
export function editorChannel<In, Out>(isMessage: (value: unknown) => value is In): Channel<In, Out> & PageMemory {
  const api = acquireVsCodeApi();
  return {
    send: (message) => api.postMessage(message),
    recall: () => api.getState(),
    remember: (state) => api.setState(state),
    listen: (listener, signal) =>
      window.addEventListener(
        'message',
        ({ data }: MessageEvent<unknown>) => {
          if (isMessage(data)) listener(data);
        },
        { signal },
      ),
  };
}

/** The dashboard's host inside an editor. May be called once a page. */
export function editorHost(): Host {
  return editorChannel(isHostMessage);
}
