import * as ts from 'typescript';
import { type InlayHint, InlayHintKind } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Analyzer, TextRange } from '../analysis/index.js';
import type { Feature } from '../lsp/context.js';
import { canonicalUri } from '../lsp/uris.js';
import { literalValue, propertyName, trainerOptionsIn, treeOf } from './syntax.js';

/**
 * What the Trainer's numbers come to: how much of an epoch a limit leaves, how many samples an update sees. The editor's own
 * setting (`editor.inlayHints.enabled`) turns them off.
 */
export const inlayHintFeature: Feature = {
  capabilities: ({ inlayHints }) => (inlayHints ? { inlayHintProvider: true } : {}),
  register(connection, context) {
    connection.languages.inlayHint.on(({ textDocument, range }, token) =>
      context.answer('inlay hints', token, [], () => {
        const document = context.documents.get(textDocument.uri);
        if (!document) return [];
        const within = { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
        return inlayHintsIn(document, within, context.analyzer);
      }),
    );
  },
};

const LIMITS = new Map([
  ['limitTrainBatches', 'training'],
  ['limitValBatches', 'validation'],
  ['limitTestBatches', 'test'],
  ['limitPredictBatches', 'prediction'],
  ['overfitBatches', 'training and validation'],
]);

/** The hints of a part of a document. */
export function inlayHintsIn(document: TextDocument, within: TextRange, analyzer: Analyzer): InlayHint[] {
  const tree = treeOf(document);
  return trainerOptionsIn(tree).flatMap((options) =>
    options.properties.flatMap((property) => {
      if (!ts.isPropertyAssignment(property) || property.end < within.start || property.end > within.end) return [];
      const name = propertyName(property);
      const value = literalValue(property.initializer);
      const label = name === null ? null : hintOf(name, value, () => batchSizesIn(document, analyzer));
      if (label === null) return [];
      return {
        position: document.positionAt(property.initializer.end),
        label: label.text,
        tooltip: label.why,
        kind: InlayHintKind.Parameter,
        paddingLeft: true,
      };
    }),
  );
}

function hintOf(
  name: string,
  value: unknown,
  batchSizes: () => readonly number[],
): { readonly text: string; readonly why: string } | null {
  const what = LIMITS.get(name);
  if (what !== undefined && typeof value === 'number') {
    if (value === 0) return name === 'overfitBatches' ? null : { text: `no ${what}`, why: `Without ${what} batches.` };
    if (value > 0 && value < 1) return { text: `${percent(value)} %`, why: `Of the ${what} batches of an epoch.` };
    if (!Number.isInteger(value) || value < 0) return null;
    return { text: value === 1 ? '1 batch' : `${value} batches`, why: `Of ${what}, an epoch.` };
  }
  if (name === 'valCheckInterval' && typeof value === 'number' && value > 0) {
    if (value < 1) return { text: `every ${percent(value)} % of the epoch`, why: 'Validation within the epoch.' };
    return Number.isInteger(value)
      ? { text: value === 1 ? 'every batch' : `every ${value} batches`, why: 'A whole number counts batches.' }
      : null;
  }
  if (name !== 'accumulateGradBatches' || typeof value !== 'number' || !Number.isInteger(value) || value < 2)
    return null;
  const sizes = batchSizes();
  const [size] = sizes;
  // Loaders of different sizes: nobody can tell from here which of them trains.
  if (size === undefined || sizes.some((each) => each !== size)) return null;
  return { text: `= ${value * size} samples`, why: `Each update sees ${value} batches of ${size} samples.` };
}

/** What the DataLoaders of a file are given as `batchSize`, where that is a number. */
function batchSizesIn({ uri }: TextDocument, analyzer: Analyzer): readonly number[] {
  const constructed = analyzer.facts(canonicalUri(uri))?.body.constructed ?? [];
  return constructed.flatMap(({ api, arguments: [, options] }) => {
    if (api !== 'DataLoader' || options?.kind !== 'object') return [];
    const value = options.entries.find(({ name }) => name === 'batchSize')?.value;
    return value?.kind === 'number' ? [value.value] : [];
  });
}

function percent(fraction: number): string {
  return String(Math.round(fraction * 1000) / 10);
}
