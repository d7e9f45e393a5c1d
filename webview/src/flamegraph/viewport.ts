/** The part of the profile that is seen: `from` to `from + span`, in microseconds. */
export interface Viewport {
  readonly from: number;
  readonly span: number;
}

/** No closer than this, in microseconds across the whole width. */
const MIN_SPAN = 0.1;

/** All of it. */
export function whole(end: number): Viewport {
  return { from: 0, span: Math.max(end, MIN_SPAN) };
}

/** Brings a view inside of what there is. */
export function clamped({ from, span }: Viewport, end: number): Viewport {
  const most = whole(end).span;
  const size = Math.min(Math.max(span, MIN_SPAN), most);
  return { span: size, from: Math.min(Math.max(from, 0), most - size) };
}

/** Shows `factor` times as much; what is at `share` of the width stays there. */
export function zoomed({ from, span }: Viewport, factor: number, share: number, end: number): Viewport {
  const size = clamped({ from, span: span * factor }, end).span;
  return clamped({ from: from + (span - size) * share, span: size }, end);
}

/** Moved by a share of what is seen. */
export function panned({ from, span }: Viewport, share: number, end: number): Viewport {
  return clamped({ from: from + span * share, span }, end);
}

/** Just so wide that a stretch fills it, with a little air. */
export function fitted(start: number, width: number, end: number): Viewport {
  const air = width * 0.02;
  return clamped({ from: start - air, span: width + 2 * air }, end);
}

/** Moved, without another zoom, so that a stretch can be seen. */
export function revealed(view: Viewport, start: number, width: number, end: number): Viewport {
  const isSeen = start < view.from + view.span && start + width > view.from;
  const isWide = width >= view.span * 0.002;
  if (isSeen && isWide) return view;
  const span = isWide ? view.span : Math.max(width * 50, MIN_SPAN);
  return clamped({ from: start + width / 2 - span / 2, span }, end);
}
