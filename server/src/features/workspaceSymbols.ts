import { type SymbolInformation, SymbolKind } from 'vscode-languageserver/node';
import type { Analyzer, ModuleModel } from '../analysis/index.js';
import type { Feature } from '../lsp/context.js';
import { isHookName, mayDefine, OWNER_NAMES } from './hookDocs.js';
import { rangeInFile } from './typeHierarchy.js';

/** Modules, data modules and callbacks of the workspace, and their hooks, by name. */
export const workspaceSymbolFeature: Feature = {
  capabilities: () => ({ workspaceSymbolProvider: true }),
  register(connection, context) {
    connection.onWorkspaceSymbol(({ query }, token) =>
      context.answer('workspace symbols', token, [], () => workspaceSymbols(query, context.analyzer)),
    );
  },
};

const MAX_SYMBOLS = 200;

/** The symbols whose names hold the letters of a query in their order. `Lit.training` looks for a hook of a class. */
export function workspaceSymbols(query: string, analyzer: Analyzer): SymbolInformation[] {
  const found: SymbolInformation[] = [];
  for (const uri of analyzer.knownUris()) {
    for (const model of analyzer.classes(uri)) {
      if (found.length >= MAX_SYMBOLS) return found;
      if (matches(query, model.name)) found.push(classSymbol(model));
      // Without a query only the classes are of interest: every module has the same hooks.
      if (query === '') continue;
      for (const member of model.members) {
        if (!isHookName(member.name) || !mayDefine(model.kind, member.name) || member.isStatic) continue;
        // Only a dot asks for a hook of some class.
        if (!matches(query, query.includes('.') ? `${model.name}.${member.name}` : member.name)) continue;
        found.push({
          name: member.name,
          kind: SymbolKind.Method,
          containerName: model.name,
          location: { uri, range: rangeInFile(model, member.nameRange) },
        });
      }
    }
  }
  return found.slice(0, MAX_SYMBOLS);
}

function classSymbol(model: ModuleModel): SymbolInformation {
  return {
    name: model.name,
    kind: SymbolKind.Class,
    containerName: OWNER_NAMES[model.kind],
    location: { uri: model.file.uri, range: rangeInFile(model, model.nameRange) },
  };
}

function matches(query: string, name: string): boolean {
  const letters = query.toLowerCase();
  let at = 0;
  for (const letter of name.toLowerCase()) if (letter === letters[at]) at += 1;
  return at === letters.length;
}
