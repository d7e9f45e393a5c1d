import type { FrameLocator, Locator } from 'playwright-core';
import type { VscodeWindow } from './window.js';

/** The dashboard's page, seen from inside its webview. */
export class Dashboard {
  readonly #frame: FrameLocator;

  constructor(window: VscodeWindow) {
    // VS Code wraps a webview's document in two frames.
    this.#frame = window.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  /** The chart of one metric; `data-points` says how many points it has been given. */
  chart(metric: string): Locator {
    return this.#frame.locator(`[data-metric="${metric}"]`);
  }

  /** Waits until a chart has points, and then until it has other ones: it moves. */
  async chartMoves(metric: string): Promise<void> {
    const drawn = this.chart(metric).and(this.#frame.locator('[data-points]:not([data-points="0"])'));
    await drawn.waitFor();
    const points = await drawn.getAttribute('data-points');
    await this.chart(metric)
      .and(this.#frame.locator(`:not([data-points="${points}"])`))
      .waitFor();
  }

  /** The state of the run, by its word: Running, Finished, Failed … */
  state(word: string | RegExp): Locator {
    return this.#frame.getByRole('status').filter({ hasText: word });
  }
}
