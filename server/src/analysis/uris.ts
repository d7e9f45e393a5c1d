/** A path below a URI's folder, or beside a file; null for a URI without folders, such as `untitled:`. */
export function resolveUri(path: string, from: string): string | null {
  try {
    // In a URI these three mean something; in a file's name they do not.
    return new URL(path.replaceAll('\\', '/').replace(/[%#?]/g, encodeURIComponent), from).href;
  } catch {
    return null;
  }
}

/** The folder of a file and those around it, the nearest first, each with a slash at its end. */
export function foldersAround(uri: string): readonly string[] {
  const root = /^[\w+.-]+:\/\/[^/]*\//.exec(uri)?.[0];
  if (root === undefined) return [];
  const folders: string[] = [];
  for (
    let end = uri.lastIndexOf('/');
    end >= root.length - 1 && folders.length < 64;
    end = uri.lastIndexOf('/', end - 1)
  ) {
    folders.push(uri.slice(0, end + 1));
  }
  return folders;
}
