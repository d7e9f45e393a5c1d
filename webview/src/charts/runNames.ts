import type { Hyperparameter, RunView } from '../messages/index.js';

/** The hyperparameters in which runs differ, by run id: what tells runs of one module apart. A run that lacks one has no entry for it. */
export function differences(runs: readonly Pick<RunView, 'id' | 'hparams'>[]): Map<string, Hyperparameter[]> {
  const values = new Map<string, Set<string>>();
  for (const { hparams } of runs) {
    for (const { name, value } of hparams) {
      const seen = values.get(name) ?? new Set();
      values.set(name, seen.add(JSON.stringify(value)));
    }
  }
  const isShared = (name: string) =>
    values.get(name)?.size === 1 && runs.every(({ hparams }) => hparams.some((one) => one.name === name));
  return new Map(runs.map(({ id, hparams }) => [id, hparams.filter(({ name }) => !isShared(name))]));
}

/** What a run is called beside others: title, place and what differs. */
export function runName({ title, subtitle }: RunView, different: readonly Hyperparameter[]): string {
  const place = subtitle.split(' · ')[1];
  const named = place === undefined ? title : `${title} ${place}`;
  return [named, ...different.slice(0, 3).map(({ name, value }) => `${name}=${value}`)].join(' · ');
}
