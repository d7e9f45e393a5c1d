import { type HostMessage, isHostMessage, type PageMessage } from './messages/index.js';

/** The page's only way out: the extension behind the webview, or what stands in for it in a test. */
export interface Host {
  /** Says something to the extension. */
  send(message: PageMessage): void;
  /** Calls `listener` for every well-formed message of the extension until `signal` aborts; others are ignored. */
  listen(listener: (message: HostMessage) => void, signal: AbortSignal): void;
}

declare function acquireVsCodeApi(): { postMessage(message: unknown): void };

/** The host inside an editor. May be called once a page. */
export function editorHost(): Host {
  const api = acquireVsCodeApi();
  return {
    send: (message) => api.postMessage(message),
    listen: (listener, signal) =>
      window.addEventListener(
        'message',
        ({ data }: MessageEvent<unknown>) => {
          if (isHostMessage(data)) listener(data);
        },
        { signal },
      ),
  };
}
