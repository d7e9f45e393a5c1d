/** Names beyond these are measured anew; a profile has a few hundred. */
const MAX_ENTRIES = 20_000;

/** Shortens names to what fits into their boxes. Measuring is slow, so that each text is measured once for each font. */
export class TextFitter {
  readonly #widths = new Map<string, number>();
  readonly #measure: (text: string) => number;

  /** `measure` gives the width of a text in pixels. */
  constructor(measure: (text: string) => number) {
    this.#measure = measure;
  }

  /** As much of `text` as has room in `pixels`; empty when it is too little to be read. */
  fit(text: string, pixels: number): string {
    const width = this.#width(text);
    if (width <= pixels) return text;
    // Letters are of different widths: a guess, and a letter less until it fits.
    for (let letters = Math.floor((text.length * pixels) / width); letters >= 2; letters--) {
      const short = `${text.slice(0, letters)}…`;
      if (this.#width(short) <= pixels) return short;
    }
    return '';
  }

  /** Forgets all widths: the font is another one. */
  clear(): void {
    this.#widths.clear();
  }

  #width(text: string): number {
    let width = this.#widths.get(text);
    if (width === undefined) {
      if (this.#widths.size >= MAX_ENTRIES) this.#widths.clear();
      width = this.#measure(text);
      this.#widths.set(text, width);
    }
    return width;
  }
}
