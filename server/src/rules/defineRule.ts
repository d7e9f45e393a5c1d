import type { Certainty, ClassKind, FileModel, ModuleModel, TextRange } from '../analysis/index.js';
import type { Fix } from '../fixes/index.js';

/** How bad a certain finding is. A likely one is a hint, whatever its rule says. */
export type Severity = 'error' | 'warning' | 'hint';

/** What a rule found. */
export interface Finding {
  readonly ruleId: string;
  readonly severity: Severity;
  readonly certainty: Certainty;
  /** Which of the rule's messages. */
  readonly messageId: string;
  readonly message: string;
  /** What fills the places of the message, in any language. */
  readonly data: Readonly<Record<string, string>>;
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
  readonly fix?: Fix | undefined;
}

/** Takes what a rule found. */
export type Reporter<MessageId extends string> = (finding: Report<MessageId>) => void;

/** A rule as its file writes it. */
export interface RuleDefinition<MessageId extends string> {
  /** In kebab-case; also the name of its file and of its page in `docs/rules`. */
  readonly id: string;
  readonly severity: Severity;
  /** By message id; `{name}` is filled from the report's data. */
  readonly messages: Readonly<Record<MessageId, string>>;
  /** The kinds of classes that {@link check} judges; default: modules. */
  readonly kinds?: readonly ClassKind[];
  /** Judges one class. It only judges: facts come from the model. */
  check?(model: ModuleModel, report: Reporter<MessageId>, file: FileModel): void;
  /** Judges what a file does outside of its classes. */
  checkFile?(file: FileModel, report: Reporter<MessageId>): void;
}

/** A rule, ready to run. */
export interface Rule {
  readonly id: string;
  readonly severity: Severity;
  readonly messageIds: readonly string[];
  /** In English, by message id. */
  readonly messages: Readonly<Record<string, string>>;
  /** The findings in one file. May throw: the caller guards. */
  run(file: FileModel): readonly Finding[];
}

const MODULES: readonly ClassKind[] = ['module'];

/** Makes a rule from its definition. */
export function defineRule<MessageId extends string>(rule: RuleDefinition<MessageId>): Rule {
  const { id, severity, messages, kinds = MODULES } = rule;
  return {
    id,
    severity,
    messageIds: Object.keys(messages),
    messages,
    run(file) {
      const findings: Finding[] = [];
      const reporter =
        (isLikelyAtMost: boolean): Reporter<MessageId> =>
        ({ at, message, data = {}, certainty, fix = null }) => {
          findings.push({
            ruleId: id,
            severity,
            certainty: isLikelyAtMost ? 'likely' : certainty,
            messageId: message,
            message: messages[message].replace(/\{(\w+)\}/g, (place, key: string) => data[key] ?? place),
            data,
            range: at,
            fix,
          });
        };
      if (rule.check) {
        for (const model of file.classes) {
          if (!kinds.includes(model.kind) || model.isStale) continue;
          // Nothing is certain in a class that only looks like a module.
          rule.check(model, reporter(model.certainty === 'likely'), file);
        }
      }
      rule.checkFile?.(file, reporter(false));
      return findings;
    },
  };
}
