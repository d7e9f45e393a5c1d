import { isCheckpointHostMessage } from './messages.js';
import { mountCheckpoint } from './page.js';

declare function acquireVsCodeApi(): { postMessage(message: unknown): void };

const root = document.getElementById('checkpoint');
if (root) {
  const api = acquireVsCodeApi();
  mountCheckpoint(root, {
    send: (message) => api.postMessage(message),
    listen: (listener) =>
      window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (isCheckpointHostMessage(data)) listener(data);
      }),
  });
}
