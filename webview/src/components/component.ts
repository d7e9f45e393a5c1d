/** A part of the page that owns some elements. */
export interface Component<T> {
  /** Shows `state`, whatever was shown before. */
  update(state: T): void;
  /** Takes its elements and listeners away. */
  dispose(): void;
}

/** Makes an element of that tag, with a class and, when given, a text; the text is never read as HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  text?: string,
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** Writes a text only when it is another, so that nothing is laid out or announced for nothing. */
export function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
