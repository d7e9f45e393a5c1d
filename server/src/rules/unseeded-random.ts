import { behaviourOf, type CallFact, type FileModel, type ModuleModel } from '../analysis/index.js';
import { type Fix, replacement } from '../fixes/index.js';
import { defineRule } from './defineRule.js';
import { hookRow } from './hooks.js';

/** Generators that no seed reaches. */
const NEVER_SEEDED: ReadonlySet<string> = new Set(['randomInt', 'randomBytes', 'getRandomValues', 'randomUUID']);

/** Chance in a module that is another in each run, whatever the seed. */
export const unseededRandom = defineRule({
  id: 'unseeded-random',
  severity: 'warning',
  kinds: ['module', 'datamodule'],
  messages: {
    crypto:
      '{call} draws from a generator that seedEverything does not reach: no run can be repeated, nor resumed as it was. Draw from Math.random().',
    unseeded: 'Nothing seeds Math.random(): call seedEverything(seed) before the run, so that it can be repeated.',
  },
  check(model, report, file) {
    const behaviour = behaviourOf(model);
    const { methods, fieldCalls } = behaviour.own;
    const hooks = behaviour.ownMethods.filter(({ name }) => hookRow(name, model.kind)).map(({ name }) => name);
    const reached = new Set(hooks.flatMap((name) => behaviour.reached(name)));
    const isUnseeded = runsUnseeded(file, model);
    for (const call of [...fieldCalls, ...methods.flatMap(({ calls }) => calls)]) {
      if (NEVER_SEEDED.has(call.name) && isCrypto(call)) {
        // A name for a file may be as random as it likes; in a step it may not.
        const isInHook = methods.some((method) => reached.has(method) && method.calls.includes(call));
        const isName = call.name === 'randomUUID' || call.name === 'randomBytes';
        if (isName && !isInHook) continue;
        const data = { call: call.path ?? call.name };
        report({
          at: call.range,
          message: 'crypto',
          data,
          certainty: isInHook && !isName ? 'certain' : 'likely',
          fix: asRandom(call),
        });
      } else if (call.path === 'Math.random' && isUnseeded) {
        report({ at: call.range, message: 'unseeded', certainty: 'likely' });
      }
    }
  },
});

function isCrypto({ path }: CallFact): boolean {
  return path !== null && /^(crypto|globalThis\.crypto|webcrypto)\.\w+$|^random(Int|Bytes|UUID)$/.test(path);
}

/** True when this very file runs it, and neither it nor anything that it could import seeds. */
function runsUnseeded(file: FileModel, model: ModuleModel): boolean {
  const { body } = file.facts;
  const isRunHere = file.runs.some(({ target }) => target?.index === model.index && target.file.uri === model.file.uri);
  return isRunHere && !body.callsSeedEverything && file.facts.imports.every(({ module }) => !/^[./#]/.test(module));
}

/** `randomInt(n)` → `Math.floor(Math.random() * n)`, where n is a number. */
function asRandom({ name, arguments: given, range }: CallFact): Fix | undefined {
  const [max] = given;
  if (name !== 'randomInt' || given.length !== 1 || max?.kind !== 'number') return undefined;
  const text = `Math.floor(Math.random() * ${max.value})`;
  return { title: `Write ${text}`, changes: [replacement(range, text)] };
}
