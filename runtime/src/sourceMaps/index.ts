/** From what runs back to what the person wrote: places, frames of code, and errors that point there. */
export { type CodeFrameOptions, codeFrame } from './codeFrame.js';
export { errorLocation, toErrorEvent } from './errorEvent.js';
export { type AnyFunction, functionLocation, functionLocations } from './functionLocation.js';
export { codeFolder, isOwnFile } from './ownFiles.js';
export { originalLocation, type StackFrame, stackFrames } from './stackFrames.js';
export { userFrames, userLocation } from './userLocation.js';
