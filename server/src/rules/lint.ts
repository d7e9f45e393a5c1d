import type { FileModel } from '../analysis/index.js';
import type { Finding, Rule } from './defineRule.js';

/**
 * Runs rules over one file. A rule that throws costs itself, in this file and this time, and nothing else.
 * @param onRuleError told of each rule that threw
 */
export function lint(
  file: FileModel,
  rules: readonly Rule[],
  onRuleError: (rule: Rule, error: unknown) => void,
): readonly Finding[] {
  return rules
    .flatMap((rule) => {
      try {
        return rule.run(file);
      } catch (error) {
        onRuleError(rule, error);
        return [];
      }
    })
    .sort((a, b) => a.range.start - b.range.start);
}
