import { HOOKS, type HookName } from 'lightning-tfjs/hooks';
import type { Location } from 'vscode-languageserver/node';
import type { Analyzer, ModuleModel } from '../../analysis/index.js';
import { isHookName, mayDefine } from '../hookDocs.js';
import { rangeInFile } from '../typeHierarchy.js';
import type { ModuleHook, ModuleInfo } from './protocol.js';

/** A workspace with more classes is looked at by search, not in a view. */
const MAX_CLASSES = 1_000;
/** Without one of these a module cannot be fitted. */
const NEEDED = ['trainingStep', 'configureOptimizers'] as const satisfies readonly HookName[];

/** Every class of the known files that the Trainer knows, by kind and name. */
export function workspaceModules(analyzer: Analyzer): readonly ModuleInfo[] {
  const found: ModuleInfo[] = [];
  for (const uri of analyzer.knownUris()) {
    for (const model of analyzer.classes(uri)) {
      if (found.length === MAX_CLASSES) break;
      if (!model.isStale) found.push(infoOf(model));
    }
  }
  const order = ['module', 'datamodule', 'callback'];
  return found.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || a.name.localeCompare(b.name, 'en'));
}

function infoOf(model: ModuleModel): ModuleInfo {
  return {
    kind: model.kind,
    name: model.name,
    location: { uri: model.file.uri, range: rangeInFile(model, model.nameRange) },
    isAbstract: model.isAbstract,
    hooks: hooksOf(model),
    missing: missingOf(model),
    exportName: model.exportName,
  };
}

function hooksOf(model: ModuleModel): readonly ModuleHook[] {
  const found = new Map<string, ModuleHook>();
  const chain = [{ file: model.file, facts: model.facts }, ...model.bases];
  for (const [depth, { file, facts }] of chain.entries()) {
    for (const { name, nameRange, isStatic } of facts.members) {
      if (isStatic || !isHookName(name) || !mayDefine(model.kind, name) || found.has(name)) continue;
      const location: Location = { uri: file.uri, range: rangeInFile({ file }, nameRange) };
      found.set(name, {
        name,
        location,
        doc: HOOKS[name].when,
        inheritedFrom: depth === 0 ? null : (facts.name ?? null),
      });
    }
  }
  return [...found.values()];
}

function missingOf(model: ModuleModel): readonly ModuleHook[] {
  if (model.kind !== 'module' || !model.standsAlone || model.isEvaluationOnly) return [];
  return NEEDED.filter((name) => model.lacks(name) === 'certain').map((name) => ({
    name,
    location: null,
    doc: HOOKS[name].when,
    inheritedFrom: null,
  }));
}
