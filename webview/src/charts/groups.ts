const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['training', 'train'],
  ['valid', 'val'],
  ['validation', 'val'],
]);
/** The order of those that everybody has; others stand between them, by name. */
const FIRST = ['train', 'val', 'test'];
const LAST = ['other', 'lr', 'system'];

/** The group that a metric's chart stands in, by its name: `train`, `val`, `test`, `lr`, `system`, `other`, or what stands before the first slash. */
export function groupOf(metric: string): string {
  if (metric.startsWith('lr-')) return 'lr';
  if (/^(system\/|\w*DeviceStats\w*\.)/.test(metric)) return 'system';
  const known = /^(train|training|val|valid|validation|test)(?:[/_.-]|$)/.exec(metric)?.[1];
  if (known !== undefined) return SYNONYMS.get(known) ?? known;
  const slash = metric.indexOf('/');
  return slash > 0 ? metric.slice(0, slash) : 'other';
}

/** In the order in which groups stand on the page. */
export function compareGroups(a: string, b: string): number {
  return rank(a) - rank(b) || compareNames(a, b);
}

/** In the order in which charts stand in a group: by name, numbers as numbers, `_step` beside and before its `_epoch`. */
export function compareMetrics(a: string, b: string): number {
  return compareNames(base(a), base(b)) || compareNames(b, a);
}

function rank(group: string): number {
  if (FIRST.includes(group)) return FIRST.indexOf(group);
  return LAST.includes(group) ? FIRST.length + 1 + LAST.indexOf(group) : FIRST.length;
}

function base(metric: string): string {
  return metric.replace(/_(step|epoch)$/, '');
}

function compareNames(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
