export { isHostMessage, isPageMessage } from './guards.js';
export {
  type DeltaMessage,
  type HostMessage,
  NOTICE_KINDS,
  type Notice,
  PAGE_MESSAGE_TYPES,
  type PageMessage,
  type ProgressView,
  RUN_STATES,
  type RunEndView,
  type RunState,
  type RunView,
  type SeriesView,
  type SnapshotMessage,
} from './messages.js';
