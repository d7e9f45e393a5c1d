import * as tf from '../../tf.js';
import { CROP_AND_RESIZE_GRAD_BOXES, CROP_AND_RESIZE_GRAD_IMAGE } from '../kernels/cropAndResizeGrad.js';
import { defineGradient } from './gradient.js';

/** The gradients of crops for their images, and for where the boxes lie. tfjs-core has none. */
const cropAndResize = defineGradient<'image' | 'boxes' | 'boxInd', tf.CropAndResizeAttrs>(
  tf.CropAndResize,
  { inputs: ['image', 'boxes', 'boxInd'] },
  ({ dy, inputs: { image, boxes, boxInd }, attrs: { method } }) => {
    const inputs = { dy, image, boxes, boxInd };
    return {
      image: () => tf.engine().runKernel(CROP_AND_RESIZE_GRAD_IMAGE, inputs, { method }),
      boxes: () => tf.engine().runKernel(CROP_AND_RESIZE_GRAD_BOXES, inputs, { method }),
      boxInd: () => tf.zeros(boxInd.shape),
    };
  },
);

/** Gradients of operations on images. Those of resizing are tfjs-core's, with kernels of ours. */
export const imageGradients: readonly tf.GradConfig[] = [cropAndResize];
