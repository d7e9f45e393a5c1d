import { distance } from 'fastest-levenshtein';
import type { Directive } from '../analysis/index.js';
import type { Finding, Rule } from '../rules/index.js';
import type { Texts } from './texts.js';

/** The code of diagnostics about comments that name no rule. */
export const UNKNOWN_RULE = 'unknown-rule-id';

/** Names in comments that switch rules off, but are no rules. */
export function unknownRules(
  directives: readonly Directive[],
  rules: readonly Rule[],
  texts: Texts,
): readonly Finding[] {
  const ids = new Set([...rules.map(({ id }) => id), UNKNOWN_RULE]);
  return directives.flatMap((directive) =>
    directive.rules
      .filter(({ id }) => !ids.has(id))
      .map(({ id, range }): Finding => {
        const near = nearest(id, [...ids]);
        return {
          ruleId: UNKNOWN_RULE,
          severity: 'hint',
          certainty: 'likely',
          messageId: near === null ? 'unknown' : 'near',
          message: texts.of(near === null ? 'server.unknownRule' : 'server.unknownRuleNear', { id, near: near ?? '' }),
          data: { id },
          range,
          fix:
            near === null
              ? null
              : { title: texts.of('server.renameRule', { near }), changes: [{ range, newText: near }] },
        };
      }),
  );
}

function nearest(id: string, ids: readonly string[]): string | null {
  let best: string | null = null;
  let least = Math.max(2, Math.floor(id.length / 4)) + 1;
  for (const each of ids) {
    const edits = id.length > 100 ? least : distance(id.toLowerCase(), each);
    if (edits >= least) continue;
    least = edits;
    best = each;
  }
  return best;
}
