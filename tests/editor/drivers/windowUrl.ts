/**
 * The page of a VS Code window on a folder.
 * @param authority `host:port` of the VS Code server
 * @param folder absolute
 * @param payload development keys, as VS Code's own browser tests pass them
 */
export function windowUrl(
  authority: string,
  folder: string,
  payload: readonly (readonly [string, string])[] = [],
): string {
  const quiet = [
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
  ];
  const query = new URLSearchParams({ folder, payload: JSON.stringify([...quiet, ...payload]) });
  return `http://${authority}/?${query}`;
}
