import { behaviourOf, type MethodBody, settled, type TextRange, type Value } from '../analysis/index.js';
import { defineRule } from './defineRule.js';

/** A `tf.tidy` that frees what is still needed, or that the Trainer makes needless. */
export const tidyAroundReturn = defineRule({
  id: 'tidy-around-return',
  severity: 'error',
  kinds: ['module', 'datamodule', 'callback'],
  messages: {
    async:
      'tf.tidy cannot wait: it frees what an async function made as soon as that function first awaits. Leave tidy out: the Trainer frees the tensors of a step.',
    field:
      'tf.tidy frees this tensor when it ends, and this.{name} is left with one that cannot be used. Return it from tidy, and set the field with that.',
    needless: 'The Trainer frees the tensors of a step when it ends: this tf.tidy does nothing more.',
  },
  check(model, report) {
    const behaviour = behaviourOf(model);
    for (const method of behaviour.own.methods) {
      for (const call of method.calls) {
        if (call.api !== 'tf.tidy') continue;
        const work = call.arguments.map(settled).find(({ kind }) => kind === 'function');
        if (work?.kind === 'function' && work.isAsync)
          report({ at: call.range, message: 'async', certainty: 'certain' });
      }
      for (const { name, value, range, place } of method.assignments) {
        if (!place.inTidy || place.runsLater || !isFreed(value)) continue;
        if (isHandedOut(model.file.text, method, range, name)) continue;
        report({ at: range, message: 'field', data: { name }, certainty: 'certain' });
      }
      if (model.kind !== 'module' || method.name !== 'trainingStep' || method.isStatic) continue;
      const [only] = method.returns;
      const returned = only?.value && method.returns.length === 1 ? only.value : undefined;
      const isTidy = returned?.kind === 'call' && returned.api === 'tf.tidy';
      const work = isTidy ? returned.arguments.map(settled).find(({ kind }) => kind === 'function') : undefined;
      if (returned?.kind === 'call' && work?.kind === 'function' && !work.isAsync) {
        report({ at: returned.nameRange, message: 'needless', certainty: 'likely' });
      }
    }
  },
});

/** True where the tidy returns the field, or may do so: then the tensor lives on. */
function isHandedOut(text: string, { calls }: MethodBody, range: TextRange, name: string): boolean {
  // As the value of something else, it may go anywhere.
  if (!'{};'.includes(text.slice(0, range.start).trimEnd().at(-1) ?? '')) return true;
  const around = calls.find(
    (call) => call.api === 'tf.tidy' && call.range.start <= range.start && call.range.end >= range.end,
  );
  return !around || new RegExp(`return[^;}]*this\\.${name}\\b`).test(text.slice(around.range.start, around.range.end));
}

/** True for a tensor that an operation has just made; not for variables, models, or what is kept. */
function isFreed(value: Value): boolean {
  if (value.kind !== 'call' || value.api === null) return false;
  return /^tf\.(tensor([1-6]d)?|scalar|zeros|ones|fill|add|sub|mul|div|mean|sum|concat|stack|softmax|matMul|clone|reshape|cast|square|sqrt|exp|log|abs|max|min|argMax|neg|relu|sigmoid|tanh|oneHot|losses\.\w+)$/.test(
    value.api,
  );
}
