import { element } from '../components/component.js';
import { formatValue } from '../format.js';
import { formatBytes, formatShape } from './format.js';
import type { ComparisonMessage, TensorView } from './messages.js';
import { pagedTable } from './pagedTable.js';
import { factList } from './statisticsPanel.js';
import type { CheckpointTexts } from './texts.js';

/** Two checkpoints side by side: what was set otherwise, and how far each weight has moved. */
export function comparisonView(root: HTMLElement, comparison: ComparisonMessage, texts: CheckpointTexts): void {
  const { hyperparameters, distances, reshaped, skipped } = comparison;
  const section = (title: string, ...content: HTMLElement[]) =>
    root.append(element('h2', 'section-title', title), ...content);
  const shape = (sizes: readonly number[]) => formatShape(sizes, texts);
  const number = (value: number | null, other: string) => (value === null ? other : formatValue(value));

  root.append(element('h1', 'page-title', texts.comparison));
  root.append(
    factList([
      [texts.before, comparison.from],
      [texts.after, comparison.to],
    ]),
  );
  const changes = hyperparameters.map(({ name, from, to }) => [name, from ?? texts.absent, to ?? texts.absent]);
  section(
    texts.changedHyperparameters,
    changes.length === 0
      ? element('p', 'hint', texts.noChanges)
      : pagedTable(texts.changedHyperparameters, [texts.name, texts.before, texts.after], changes, texts),
  );
  const columns = [texts.name, texts.shape, texts.l2, texts.relative, texts.cosine, texts.maxAbs];
  const rows = distances.map((one) => [
    one.name,
    shape(one.shape),
    number(one.l2, texts.notFinite),
    number(one.relative, '–'),
    number(one.cosine, '–'),
    number(one.maxAbs, texts.notFinite),
  ]);
  section(
    texts.distances,
    rows.length === 0 ? element('p', 'hint', texts.noCommon) : pagedTable(texts.distances, columns, rows, texts, true),
  );
  const list = (title: string, tensors: readonly TensorView[]) => {
    if (tensors.length === 0) return;
    const cells = tensors.map(({ name, dtype, shape: sizes, sizeBytes }) => [
      name,
      dtype,
      shape(sizes),
      formatBytes(sizeBytes),
    ]);
    section(title, pagedTable(title, [texts.name, texts.dtype, texts.shape, texts.size], cells, texts));
  };
  list(texts.removed, comparison.removed);
  list(texts.added, comparison.added);
  if (reshaped.length > 0) {
    const cells = reshaped.map(({ name, from, to }) => [name, shape(from), shape(to)]);
    section(texts.reshaped, pagedTable(texts.reshaped, [texts.name, texts.before, texts.after], cells, texts));
  }
  if (skipped.length > 0) {
    const cells = skipped.map((name) => [name]);
    section(texts.skipped, pagedTable(texts.skipped, [texts.name], cells, texts));
  }
}
