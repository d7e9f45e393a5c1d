import { expect, it } from 'vitest';
import { defineRule } from './defineRule.js';
import { lint } from './lint.js';
import { missingTrainingStep } from './missing-training-step.js';
import { fileIn } from './testRule.js';

const file = fileIn({
  'lit.ts':
    "import { LightningModule } from 'lightning-tfjs';\nexport class A extends LightningModule {}\nexport class B extends LightningModule {}",
})!;

const failing = defineRule({
  id: 'fails-on-b',
  severity: 'warning',
  messages: { found: 'found {name} in {nowhere}' },
  check(module, report) {
    if (module.name === 'B') throw new Error('a bug in the rule');
    report({ at: module.nameRange, message: 'found', data: { name: module.name }, certainty: 'certain' });
  },
});

it('drops a rule that throws, and keeps the others', () => {
  const errors: string[] = [];
  const findings = lint(file, [failing, missingTrainingStep], (rule, error) => errors.push(`${rule.id}: ${error}`));
  expect(errors).toEqual(['fails-on-b: Error: a bug in the rule']);
  expect(findings.map(({ ruleId }) => ruleId)).toEqual(['missing-training-step', 'missing-training-step']);
});

it('fills the places of a message that the rule has data for', () => {
  const only = fileIn({
    'a.ts': "import { LightningModule } from 'lightning-tfjs';\nclass A extends LightningModule {}",
  })!;
  expect(failing.run(only)[0]?.message).toBe('found A in {nowhere}');
});

it('lists findings in the order of the text', () => {
  const last = defineRule({
    id: 'last',
    severity: 'warning',
    messages: { last: 'last' },
    check: (module, report) =>
      report({ at: { start: module.range.end, end: module.range.end }, message: 'last', certainty: 'certain' }),
  });
  expect(lint(file, [last, missingTrainingStep], () => {}).map(({ ruleId }) => ruleId)).toEqual([
    'missing-training-step',
    'last',
    'missing-training-step',
    'last',
  ]);
});
