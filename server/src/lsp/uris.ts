import { fileURLToPath, pathToFileURL } from 'node:url';

/** One spelling for each file: editors escape the colon of a Windows drive, URLs do not. */
export function canonicalUri(uri: string): string {
  if (!uri.startsWith('file:')) return uri;
  try {
    return pathToFileURL(fileURLToPath(uri)).href;
  } catch {
    return uri; // a host name that this system has no path for
  }
}

/** True for the folder itself and all below it. */
export function isWithin(uri: string, folder: string): boolean {
  return uri === folder || uri.startsWith(`${folder}/`);
}
