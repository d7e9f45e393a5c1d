/** What can be scaffolded: one file each. */
import type { ScaffoldKind } from '../protocol.js';
import { autoencoder } from './autoencoder.js';
import { callback } from './callback.js';
import { classifier } from './classifier.js';
import { dataModule } from './dataModule.js';
import { gan } from './gan.js';
import { sequence } from './sequence.js';
import { type ModuleTemplate, type Template, withOwnData } from './template.js';

export { dataOf, type ModuleTemplate, type Template, withoutData } from './template.js';

/** Kinds that are LightningModules. */
export const MODULES = { classifier, autoencoder, gan, sequence } as const satisfies Partial<
  Record<ScaffoldKind, ModuleTemplate>
>;

/** Every kind that is one class. */
export const TEMPLATES: Readonly<Record<Exclude<ScaffoldKind, 'project'>, Template>> = {
  classifier: withOwnData(classifier),
  autoencoder: withOwnData(autoencoder),
  gan: withOwnData(gan),
  sequence: withOwnData(sequence),
  datamodule: dataModule,
  callback,
};
