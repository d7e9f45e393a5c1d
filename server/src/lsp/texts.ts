import zhCn from '../../l10n/zh-cn.json';

/** What the server itself says, in English. The rules have messages of their own. */
const TEXTS = {
  'server.unknownRule': "There is no rule '{id}', so this comment does not switch it off.",
  'server.unknownRuleNear': "There is no rule '{id}', so this comment does not switch it off. Did you mean '{near}'?",
  'server.renameRule': 'Replace by {near}',
  'server.fixAllOfRule': 'Fix all {rule} problems in this file',
  'server.fixAll': 'Fix all Lightning problems in this file',
  'server.addMissing': 'Add every missing hook to {name}',
  'server.disableLine': 'Disable {rule} for this line',
  'server.disableFile': 'Disable {rule} for this file',
  'server.indexing': 'Reading the workspace',
  'server.limited':
    'The workspace has more than {count} source files; modules in the rest are known only while they are open.',
  'server.failing': 'Something is missing from the answers, since this failed: {what}. The log has more.',
} as const;

/** Name of a text of the server's own. */
export type TextId = keyof typeof TEXTS;

/** Words by locale, as editors name it; by `ruleId.messageId` for rules, by `server.name` for the server's own. */
const BUNDLES: Readonly<Record<string, Readonly<Record<string, string>>>> = { 'zh-cn': zhCn };

/** What the server says, in the language of the editor; in English where there are no words for it. */
export class Texts {
  readonly #bundle: Readonly<Record<string, string>>;

  /** @param locale such as `zh-cn`; undefined for English */
  constructor(locale?: string) {
    this.#bundle = BUNDLES[locale?.toLowerCase().replace('_', '-') ?? ''] ?? {};
  }

  /** A text of the server's own. */
  of(id: TextId, data: Readonly<Record<string, string>> = {}): string {
    return filled(this.#words(id) ?? TEXTS[id], data);
  }

  /** A rule's message: the words of the locale, or else what the rule says. */
  ofRule(ruleId: string, messageId: string, data: Readonly<Record<string, string>>, english: string): string {
    const words = this.#words(`${ruleId}.${messageId}`);
    return words === undefined ? english : filled(words, data);
  }

  #words(id: string): string | undefined {
    return Object.hasOwn(this.#bundle, id) ? this.#bundle[id] : undefined;
  }
}

function filled(text: string, data: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (place, key: string) => data[key] ?? place);
}
