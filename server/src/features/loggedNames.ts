import type { Analyzer, ModuleModel } from '../analysis/index.js';
import { monitoredNames, loggedNames as namesOfModule } from '../rules/loggedNames.js';

/** A name that some module logs. */
export interface LoggedName {
  readonly name: string;
  /** Class and hook that log it. */
  readonly by: string;
}

/** More are no help in a list. */
const MAX_NAMES = 500;

/** Names in quotes that the modules of a file log, with those of its bases; then those of all other known files. */
export function loggedNames(analyzer: Analyzer, uri: string): readonly LoggedName[] {
  const found = new Map<string, LoggedName>();
  for (const each of [uri, ...analyzer.knownUris().filter((other) => other !== uri)]) {
    for (const model of analyzer.classes(each)) {
      for (const logged of namesIn(model)) if (!found.has(logged.name)) found.set(logged.name, logged);
      if (found.size > MAX_NAMES) return [...found.values()];
    }
  }
  return [...found.values()];
}

function namesIn(model: ModuleModel): readonly LoggedName[] {
  if (model.kind === 'module') {
    return namesOfModule(model).names.flatMap((logged) =>
      monitoredNames(logged).map((name) => ({ name, by: `${model.name}.${logged.method.name}` })),
    );
  }
  // A callback logs on the module that it is given, whatever it calls it.
  return model.facts.body.methods.flatMap((method) =>
    method.calls
      .filter(({ path, name }) => name === 'log' && path !== null && path !== 'console.log')
      .flatMap(({ arguments: [first] }) =>
        first?.kind === 'string' ? [{ name: first.value, by: `${model.name}.${method.name}` }] : [],
      ),
  );
}
