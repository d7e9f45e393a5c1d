/** Scaffolding: classes and projects that train as they are. */
export { scaffoldFeature } from './feature.js';
export { ScaffoldError } from './names.js';
export { type ScaffoldKind, ScaffoldKindsRequest, type ScaffoldParams, ScaffoldRequest } from './protocol.js';
export { SCAFFOLD_INFOS, type ScaffoldFiles, scaffold } from './scaffold.js';
