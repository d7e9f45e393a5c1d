export { cacheFolder } from './cache.mjs';
export { findChromium, findCodeServer, findEditorTools, findNode } from './find.mjs';
export { installTools } from './install.mjs';
export { PINS } from './pins.mjs';
export { findPython } from './python.mjs';
