import type { Hyperparameter } from '@lightning-typescript/webview/messages';

/** A table of more columns helps nobody. */
const MAX_PARAMETERS = 200;
const MAX_TEXT = 200;
const MAX_DEPTH = 8;

/** Hyperparameters as a flat list: nested ones by their path (`optimizer/lr`), lists and what is too deep as text. */
export function flattenHyperparameters(hparams: Readonly<Record<string, unknown>>): Hyperparameter[] {
  const flat: Hyperparameter[] = [];
  const add = (name: string, value: unknown, depth: number) => {
    if (flat.length >= MAX_PARAMETERS) return;
    if (depth < MAX_DEPTH && typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value)) add(`${name}/${key}`, inner, depth + 1);
    } else {
      flat.push({ name: name.slice(0, MAX_TEXT), value: plain(value) });
    }
  };
  for (const [name, value] of Object.entries(hparams)) add(name, value, 0);
  return flat;
}

function plain(value: unknown): Hyperparameter['value'] {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  return (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).slice(0, MAX_TEXT);
}
