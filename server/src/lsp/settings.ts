/** How a rule's findings are shown; `off` keeps the rule from running. */
export const RULE_LEVELS = ['off', 'hint', 'warning', 'error'] as const;
/** One of {@link RULE_LEVELS}. */
export type RuleLevel = (typeof RULE_LEVELS)[number];

/** The settings `lightning.lint` of one resource. */
export interface LintSettings {
  readonly enable: boolean;
  /** Levels by rule id; a rule that is not among them keeps its own. */
  readonly rules: Readonly<Record<string, RuleLevel>>;
}

/** Settings by resource, as the client has them. */
export interface SettingsStore {
  /** The settings of a document or folder. Never rejects: what cannot be read is the default. */
  of(uri: string): Promise<LintSettings>;
}

const DEFAULTS: LintSettings = { enable: true, rules: {} };
/** Rules that a setting may name; more than that is no setting that a person wrote. */
const MAX_RULES = 1000;

/**
 * Settings of resources. A client that can be asked is asked once for each, until {@link changed}; one that cannot sends
 * them when it likes, for all resources alike.
 */
export class ClientSettings implements SettingsStore {
  readonly #known = new Map<string, Promise<LintSettings>>();
  readonly #onError: (error: unknown) => void;
  #ask: ((uri: string) => Promise<unknown>) | null = null;
  #sent = DEFAULTS;

  /** @param onError told when the client fails to answer */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** From now on the client is asked. `ask` resolves to its section `lightning` for a resource. */
  askFor(ask: (uri: string) => Promise<unknown>): void {
    this.#ask = ask;
    this.#known.clear();
  }

  of(uri: string): Promise<LintSettings> {
    const ask = this.#ask;
    if (!ask) return Promise.resolve(this.#sent);
    let settings = this.#known.get(uri);
    if (!settings) {
      settings = ask(uri).then(readLintSettings, (error: unknown) => {
        this.#onError(error);
        return DEFAULTS;
      });
      this.#known.set(uri, settings);
    }
    return settings;
  }

  /** The client has other settings now. @param sent its section `lightning`, where it sends that along */
  changed(sent: unknown): void {
    this.#known.clear();
    this.#sent = readLintSettings(sent);
  }

  /** Nobody asks for this resource any more. */
  closed(uri: string): void {
    this.#known.delete(uri);
  }
}

/** Reads a section `lightning`: what it does not say, or says wrongly, is the default. */
export function readLintSettings(section: unknown): LintSettings {
  const lint = property(section, 'lint');
  const enable = property(lint, 'enable');
  const rules = property(lint, 'rules');
  const rows = typeof rules === 'object' && rules !== null ? Object.entries(rules).slice(0, MAX_RULES) : [];
  return {
    enable: typeof enable === 'boolean' ? enable : DEFAULTS.enable,
    rules: Object.fromEntries(rows.filter((row): row is [string, RuleLevel] => isLevel(row[1]))),
  };
}

function isLevel(value: unknown): value is RuleLevel {
  return RULE_LEVELS.some((level) => level === value);
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name] // it has the name, and its type stays unknown
    : undefined;
}
