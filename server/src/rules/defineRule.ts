import type { Certainty, ModuleModel, TextRange } from '../analysis/index.js';
import type { Fix } from '../fixes/index.js';

/** How bad a certain finding is. A likely one is a hint, whatever its rule says. */
export type Severity = 'error' | 'warning';

/** What a rule found. */
export interface Finding {
  readonly ruleId: string;
  readonly severity: Severity;
  readonly certainty: Certainty;
  /** Which of the rule's messages. */
  readonly messageId: string;
  readonly message: string;
  readonly range: TextRange;
  /** Null when there is no change that surely mends it. */
  readonly fix: Fix | null;
}

/** What a rule hands in. */
export interface Report<MessageId extends string> {
  readonly at: TextRange;
  readonly message: MessageId;
  /** Fills the `{places}` of the message. */
  readonly data?: Readonly<Record<string, string>>;
  readonly certainty: Certainty;
  readonly fix?: Fix;
}

/** A rule as its file writes it. */
export interface RuleDefinition<MessageId extends string> {
  /** In kebab-case; also the name of its file and of its page in `docs/rules`. */
  readonly id: string;
  readonly severity: Severity;
  /** By message id; `{name}` is filled from the report's data. */
  readonly messages: Readonly<Record<MessageId, string>>;
  /** Judges one module. It only judges: facts come from the module model. */
  check(module: ModuleModel, report: (finding: Report<MessageId>) => void): void;
}

/** A rule, ready to run. */
export interface Rule {
  readonly id: string;
  readonly messageIds: readonly string[];
  /** The findings in one module. May throw: the caller guards. */
  run(module: ModuleModel): readonly Finding[];
}

/** Makes a rule from its definition. */
export function defineRule<MessageId extends string>(rule: RuleDefinition<MessageId>): Rule {
  const { id, severity, messages } = rule;
  return {
    id,
    messageIds: Object.keys(messages),
    run(module) {
      const findings: Finding[] = [];
      rule.check(module, ({ at, message, data = {}, certainty, fix = null }) => {
        findings.push({
          ruleId: id,
          severity,
          // Nothing is certain in a class that only looks like a module.
          certainty: module.certainty === 'likely' ? 'likely' : certainty,
          messageId: message,
          message: messages[message].replace(/\{(\w+)\}/g, (place, key: string) => data[key] ?? place),
          range: at,
          fix,
        });
      });
      return findings;
    },
  };
}
