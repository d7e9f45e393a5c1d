import type { FileFacts, Reference } from './facts.js';
import { PACKAGE } from './resolve.js';

/** Nothing of these matters to another file. */
const OWN_AFFAIRS = new Set([
  'text',
  // How the body of a method does what it does.
  'names',
  'rebound',
  'place',
  'receiver',
  'range',
  'scope',
  'start',
  'end',
  'lostWords',
  'imports',
  'directives',
  'usedProperties',
  'topLevelNames',
  'hasSyntaxErrors',
]);

/** Equal for two texts of a file that mean the same to all other files: what is only moved changes nothing. */
export function fingerprint(facts: FileFacts): string {
  return JSON.stringify(facts, (key, value: unknown) =>
    OWN_AFFAIRS.has(key) || key.endsWith('Range') ? undefined : plain(value),
  );
}

/**
 * Equal for two texts of a file with the same classes, bases and exports: who extends whom has not changed. What cannot lead
 * to a class is left out, since it comes and goes with each brace that is typed.
 */
export function structureOf({ classes, exports, exportStars }: FileFacts): string {
  const outlines = classes.map(({ name, base, constructs, exportedAs }) => [
    name,
    base,
    constructs.filter((reference) => mayBeClass(reference) && !isOurs(reference)),
    exportedAs,
  ]);
  const exported = [...exports].filter(([, reference]) => mayBeClass(reference));
  return JSON.stringify([outlines, exported, exportStars]);
}

function mayBeClass({ kind }: Reference): boolean {
  return kind === 'import' || kind === 'class' || kind === 'mixin';
}

/** An export of the package is nobody's part: a Trainer, an optimizer. */
function isOurs(reference: Reference): boolean {
  return reference.kind === 'import' && reference.module === PACKAGE;
}

function plain(value: unknown): unknown {
  return value instanceof Map || value instanceof Set ? [...value] : value;
}
