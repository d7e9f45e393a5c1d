import type { Directive } from '../analysis/index.js';

/** Says whether comments switch a rule off at an offset. */
export function suppressions(directives: readonly Directive[]): (ruleId: string, offset: number) => boolean {
  return (ruleId, offset) => {
    let isOff = false;
    for (const { kind, rules, scope } of directives) {
      if (offset < scope.start || (rules.length > 0 && !rules.some(({ id }) => id === ruleId))) continue;
      if (kind !== 'line') isOff = kind === 'disable';
      else if (offset <= scope.end) return true;
    }
    return isOff;
  };
}
