/** Where the pointer is on the x-axis that all charts share. */
export interface CursorState {
  readonly now: { readonly x: number | null; readonly owner: HTMLElement | null };
  /** Moves it; `owner` is the chart that the pointer is on. */
  move(x: number | null, owner: HTMLElement | null): void;
  /** Calls `listener` after each move, at most once a frame, until the function it returns is called. */
  listen(listener: () => void): () => void;
}

/** A cursor that is nowhere yet. */
export function sharedCursor(): CursorState {
  const listeners = new Set<() => void>();
  let now: CursorState['now'] = { x: null, owner: null };
  let frame = 0;
  return {
    get now() {
      return now;
    },
    move(x, owner) {
      if (x === now.x && owner === now.owner) return;
      now = { x, owner };
      if (frame !== 0) return;
      frame = requestAnimationFrame(() => {
        frame = 0;
        for (const listener of listeners) listener();
      });
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
