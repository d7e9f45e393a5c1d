import { en } from './texts/en.js';
import { zhCn } from './texts/zhCn.js';

/** Every word of the dashboard, in the reader's language, which the page's `lang` names; in English when we lack that one. */
export const texts = languageTag().startsWith('zh') ? zhCn : en;

function languageTag(): string {
  return typeof document === 'undefined' ? 'en' : document.documentElement.lang.toLowerCase();
}
