export { currentDraws, type Draws, drawFrom } from './draws.js';
export { checkSeed, Generator, type GeneratorState, isGeneratorState, MAX_SEED } from './generator.js';
export { isolateRng, type RngState, rngState, seedEverything, setRngState, unseed } from './seed.js';
