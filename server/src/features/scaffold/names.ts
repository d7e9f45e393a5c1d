/** A name that will not do, told in words for people. */
export class ScaffoldError extends Error {}

// The grammar's names without those that need an escape; enough for every class.
const IDENTIFIER = /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u;
const MAX_NAME = 100;

const RESERVED = new Set(
  (
    'break case catch class const continue debugger default delete do else enum export extends false finally for ' +
    'function if import in instanceof new null return super switch this throw true try typeof var void while with ' +
    'implements interface let package private protected public static yield await async any unknown never object ' +
    'string number boolean symbol bigint undefined NaN Infinity arguments eval'
  ).split(' '),
);

/** @throws ScaffoldError when a class cannot have this name */
export function checkClassName(name: string): string {
  if (name.length > MAX_NAME || !IDENTIFIER.test(name) || RESERVED.has(name)) {
    throw new ScaffoldError(
      `A class cannot be called '${name.slice(0, MAX_NAME)}'. Use letters, digits and _, beginning with a letter: LitModel.`,
    );
  }
  return name;
}

/** @throws ScaffoldError when a package cannot have this name. Source: npm, "package name guidelines" */
export function checkPackageName(name: string): string {
  if (name.length > MAX_NAME || !/^(?:@[a-z0-9-][a-z0-9-._]*\/)?[a-z0-9-][a-z0-9-._]*$/.test(name)) {
    throw new ScaffoldError(
      `A project cannot be called '${name.slice(0, MAX_NAME)}'. Use small letters, digits and -: my-model.`,
    );
  }
  return name;
}

/** The name, or with the first number behind it that makes it free. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  let free = name;
  for (let i = 2; isTaken(free); i += 1) free = `${name}${i}`;
  return free;
}
