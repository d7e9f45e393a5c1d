import { type Range, SymbolKind, type TypeHierarchyItem } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Analyzer, ModuleModel } from '../analysis/index.js';
import type { Feature } from '../lsp/context.js';
import { rangeIn } from '../lsp/ranges.js';
import { canonicalUri } from '../lsp/uris.js';
import { OWNER_NAMES } from './hookDocs.js';

/** What a module, data module or callback extends, and what extends it, over all known files. */
export const typeHierarchyFeature: Feature = {
  capabilities: ({ typeHierarchy }) => (typeHierarchy ? { typeHierarchyProvider: true } : {}),
  register(connection, { documents, analyzer, answer }) {
    connection.languages.typeHierarchy.onPrepare(({ textDocument, position }, token) =>
      answer('type hierarchy', token, null, () => {
        const document = documents.get(textDocument.uri);
        if (!document) return null;
        const offset = document.offsetAt(position);
        const found = classAt(canonicalUri(document.uri), offset, analyzer);
        return found ? [itemOf(found)] : null;
      }),
    );
    connection.languages.typeHierarchy.onSupertypes(({ item }, token) =>
      answer('supertypes', token, [], () => {
        const base = modelOf(item, analyzer);
        const above = base && analyzer.superclass(base);
        return above ? [itemOf(above)] : [];
      }),
    );
    connection.languages.typeHierarchy.onSubtypes(({ item }, token) =>
      answer('subtypes', token, [], () => {
        const model = modelOf(item, analyzer);
        return model ? analyzer.subclasses(model).map(itemOf) : [];
      }),
    );
  },
};

/** The class whose name stands at an offset, or else the innermost around it. */
export function classAt(uri: string, offset: number, analyzer: Analyzer): ModuleModel | undefined {
  const around = analyzer.classes(uri).filter(({ range }) => range.start <= offset && offset <= range.end);
  return around.sort((a, b) => b.range.start - a.range.start)[0];
}

/** A class as an item; where it stands is how it is found again. */
export function itemOf(model: ModuleModel): TypeHierarchyItem {
  const { file, name, kind, packageBase } = model;
  return {
    name,
    kind: SymbolKind.Class,
    detail: packageBase ?? OWNER_NAMES[kind],
    uri: file.uri,
    range: rangeInFile(model, model.range),
    selectionRange: rangeInFile(model, model.nameRange),
    data: { index: model.index },
  };
}

/** A range in the text that the model was made from. */
export function rangeInFile({ file }: Pick<ModuleModel, 'file'>, range: ModuleModel['range']): Range {
  return rangeIn(TextDocument.create(file.uri, '', 0, file.text), range);
}

function modelOf({ uri, name, data }: TypeHierarchyItem, analyzer: Analyzer): ModuleModel | undefined {
  const models = analyzer.classes(uri);
  const { index } = (data ?? {}) as { index?: unknown }; // comes back as we sent it, or is looked for by name
  return (
    models.find((model) => model.index === index && model.name === name) ?? models.find((each) => each.name === name)
  );
}
