import { appendFileSync, mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { windowUrl } from '../../drivers/windowUrl.js';
import { type UiSession, uiSession } from '../../harness/uiSession.js';
import { copyWorkspace, limitEpochs, linkPackage } from '../../harness/workspaces.js';

/** What VS Code's window calls its two looks; pictures are taken in both. */
const THEME_CLASSES = { dark: 'vs-dark', light: 'vs' } as const;
export type Theme = keyof typeof THEME_CLASSES;

/** A VS Code window on a copy of a folder, used as a person uses it: with mouse and keyboard. Closes when disposed. */
export class VscodeWindow implements AsyncDisposable {
  readonly page: Page;
  /** The copy that is open. */
  readonly folder: string;
  readonly #browser: Browser;
  readonly #session: UiSession;

  private constructor(browser: Browser, page: Page, folder: string, session: UiSession) {
    this.#browser = browser;
    this.page = page;
    this.folder = folder;
    this.#session = session;
  }

  /** Opens a copy of a folder: an example by its name, or the faulty modules as `fixtures`. */
  static async open(name: string): Promise<VscodeWindow> {
    const session = uiSession();
    const source = name === 'fixtures' ? session.fixtures : join(session.examples, name);
    const copy = join(mkdtempSync(join(session.temporary, 'ui-')), name);
    const folder = copyWorkspace(source, copy);
    linkPackage(folder, join(session.examples, '..'));
    limitEpochs(folder, 200); // some seconds: long enough to watch the charts move
    const window = await VscodeWindow.#show(session, folder);
    await window.page.getByRole('treeitem').first().waitFor(); // the explorer lists the folder
    return window;
  }

  /** Opens a folder with nothing in it. */
  static async openEmpty(): Promise<VscodeWindow> {
    const session = uiSession();
    const folder = join(mkdtempSync(join(session.temporary, 'ui-')), 'my-model');
    mkdirSync(folder);
    const window = await VscodeWindow.#show(session, folder);
    // The extension's commands are known once its icon is there.
    await window.page.locator('.activitybar').getByRole('tab', { name: 'Lightning' }).waitFor();
    return window;
  }

  static async #show(session: UiSession, folder: string): Promise<VscodeWindow> {
    const browser = await chromium.launch({ executablePath: session.chromium, args: ['--disable-gpu'] });
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'dark' });
    page.on('console', (message) => {
      appendFileSync(join(session.logs, 'page.log'), `[${message.type()}] ${message.text()}\n`);
    });
    await page.goto(windowUrl(session.authority, folder));
    return new VscodeWindow(browser, page, folder, session);
  }

  /** Runs a command by its title, from the palette. */
  async runFromPalette(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.#pick(`>${title}`, title);
  }

  /** Opens a file of the folder by its name, from quick open. */
  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+P');
    await this.#pick(name, name);
    await this.page.locator(`.editor-group-container.active .tab.active[data-resource-name="${name}"]`).waitFor();
  }

  /** Goes to a file that is open already, by its tab. */
  async goToTab(name: string): Promise<void> {
    await this.page.locator(`.tab[data-resource-name="${name}"]`).first().click();
    await this.page.locator(`.editor-group-container.active .tab.active[data-resource-name="${name}"]`).waitFor();
  }

  /** Takes what a question offers first, once it is asked. */
  async acceptQuestion(title: RegExp): Promise<void> {
    const question = this.page.locator('.quick-input-widget').filter({ hasText: title });
    await question.waitFor();
    await this.page.keyboard.press('Enter');
    await question.waitFor({ state: 'hidden' });
  }

  /** A CodeLens of the open editor, by its text. */
  codeLens(text: string): Locator {
    return this.page.locator('.codelens-decoration a', { hasText: text });
  }

  /** A message in the corner, by a part of its text. */
  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-toast').filter({ hasText: text });
  }

  /** Rows of the Problems panel, by a part of their text; the panel is shown. */
  async problem(text: string | RegExp): Promise<Locator> {
    await this.page.keyboard.press('ControlOrMeta+Shift+M');
    return this.page.locator('.markers-panel').getByRole('treeitem').filter({ hasText: text });
  }

  /** A row of any tree, by a part of its name. */
  treeItem(name: string | RegExp): Locator {
    return this.page.getByRole('treeitem', { name });
  }

  /** Shows one of the containers of the activity bar. */
  async showSideBar(title: string): Promise<void> {
    const tab = this.page.locator('.activitybar').getByRole('tab', { name: title });
    if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
    await tab.and(this.page.locator('[aria-selected="true"]')).waitFor();
  }

  /** Changes the machine's colour scheme, which VS Code follows; returns when the window shows it. */
  async useTheme(theme: Theme): Promise<void> {
    await this.page.emulateMedia({ colorScheme: theme });
    await this.page.locator(`.monaco-workbench.${THEME_CLASSES[theme]}`).waitFor();
  }

  /** Keeps a picture of the whole window, in both themes: `<name>-dark.png` and `<name>-light.png`. */
  async keepPictures(name: string): Promise<void> {
    for (const theme of ['light', 'dark'] as const) {
      await this.useTheme(theme);
      // Transitions are taken to their end: colours fade when the theme changes.
      const path = join(this.#session.screenshots, `${name}-${theme}.png`);
      await this.page.screenshot({ path, animations: 'disabled' });
    }
  }

  /** Runs a story; when it fails, keeps a picture of what the window showed. */
  async tell(story: (window: this) => Promise<void>, name: string): Promise<void> {
    try {
      await story(this);
    } catch (error) {
      await this.page.screenshot({ path: join(this.#session.logs, `${name}-failed.png`) });
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }

  async #pick(text: string, row: string): Promise<void> {
    const widget = this.page.locator('.quick-input-widget');
    const input = widget.locator('input.input').first();
    await input.waitFor();
    await input.fill(text);
    await widget.getByRole('option', { name: row }).first().click();
    await widget.waitFor({ state: 'hidden' });
  }
}
