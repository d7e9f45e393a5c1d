export { CheckpointViewer } from './checkpointViewer.js';
