import { editorChannel } from '../host.js';
import { type FlameHostMessage, type FlamePageMessage, isFlameHostMessage } from '../messages/index.js';
import { mountFlamegraph } from './flamegraph.js';

const root = document.getElementById('flamegraph');
if (root) {
  const host = editorChannel<FlameHostMessage, FlamePageMessage>(isFlameHostMessage);
  mountFlamegraph(root, host, new AbortController().signal);
}
