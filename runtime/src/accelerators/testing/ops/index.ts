import { BINARY_OPS } from './binary.js';
import { ELEMENTWISE_OPS } from './elementwise.js';
import { IMAGE_OPS } from './images.js';
import { INDEXING_OPS } from './indexing.js';
import { MATRIX_OPS } from './matrices.js';
import type { OpTable } from './opCase.js';
import { REDUCTION_OPS } from './reductions.js';
import { SHAPE_OPS } from './shapes.js';
import { SIGNAL_OPS } from './signals.js';
import { WINDOW_OPS } from './windows.js';

/** Every operation of tfjs that has a gradient, and some that are composed of others, by what they do. */
export const OP_TABLES: Readonly<Record<string, OpTable>> = {
  elementwise: ELEMENTWISE_OPS,
  'of two tensors': BINARY_OPS,
  reductions: REDUCTION_OPS,
  shapes: SHAPE_OPS,
  indexing: INDEXING_OPS,
  matrices: MATRIX_OPS,
  images: IMAGE_OPS,
  windows: WINDOW_OPS,
  signals: SIGNAL_OPS,
};
