/** The runs that a page remembered to show; none when it remembered something else. */
export function selectedIds(state: unknown): readonly string[] {
  const selected = typeof state === 'object' && state !== null && 'selected' in state ? state.selected : undefined;
  return Array.isArray(selected) ? selected.filter((id) => typeof id === 'string') : [];
}
