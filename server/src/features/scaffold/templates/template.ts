/** A class to make, as text. `$Name` stands for its name; names of the package stand as they are exported. */
export interface Template {
  readonly label: string;
  readonly description: string;
  readonly defaultName: string;
  /** Exports of the package that the text uses. */
  readonly imports: readonly string[];
  /** TypeScript, indented by two spaces, without imports. */
  readonly text: string;
  /** Names beside `$Name` that the text declares at the top, written with `$Name`. */
  readonly declares: readonly string[];
  /** A test of the class for vitest; `$File` stands for the module that holds it. */
  readonly test: { readonly imports: readonly string[]; readonly text: string };
}

/** A module, whose data stand in it, or in a data module of their own. */
export interface ModuleTemplate {
  readonly label: string;
  readonly description: string;
  readonly defaultName: string;
  readonly imports: readonly string[];
  /** What a batch is: the right side of a type. */
  readonly batch: string;
  /** What the class is, as its comment says. */
  readonly doc: string;
  /** Hyperparameters as fields of an object. */
  readonly hparams: string;
  /** The class's body but for its loaders. */
  readonly body: string;
  /** The method `loader(first, count, shuffle)` that makes a DataLoader; it uses `this.hparams.batchSize`. */
  readonly loader: string;
}

const LOADERS = `  override trainDataloader() {
    return this.loader(0, 256, true);
  }

  override valDataloader() {
    return this.loader(256, 64);
  }

  override testDataloader() {
    return this.loader(320, 64);
  }

  override predictDataloader() {
    return this.testDataloader();
  }
`;

const DATA_IMPORTS = ['DataLoader', 'TensorDataset'];

/** A module with loaders of its own: one class that trains as it is. */
export function withOwnData(module: ModuleTemplate): Template {
  const { label, description, defaultName } = module;
  return {
    label,
    description,
    defaultName,
    imports: [...DATA_IMPORTS, 'LightningModule', ...module.imports],
    declares: ['$NameBatch'],
    text: `${moduleText(module, `${module.hparams}, batchSize: 32`).replace(/\n}\n$/, '\n')}
${LOADERS}
${module.loader}}
`,
    test: {
      imports: ['Trainer'],
      text: `import { $Name } from '$File';

describe('$Name', () => {
  it('trains a batch and validates it', async () => {
    const trainer = new Trainer({ fastDevRun: true, enableProgressBar: false, enableModelSummary: false });
    await trainer.fit(new $Name());
    expect(trainer.globalStep).toBeGreaterThan(0);
  });
});
`,
    },
  };
}

/** A module that is given its data. */
export function withoutData(module: ModuleTemplate): Pick<Template, 'imports' | 'text'> {
  return { imports: ['LightningModule', ...module.imports], text: moduleText(module, module.hparams) };
}

/** The data of a module as a data module. */
export function dataOf(module: ModuleTemplate): Pick<Template, 'imports' | 'text'> {
  return {
    imports: [...DATA_IMPORTS, 'LightningDataModule'],
    text: `/** Data that are made up, and the same in every run: replace them by your own. */
export class $Name extends LightningDataModule {
  constructor(override readonly hparams = { batchSize: 32 }) {
    super();
    this.saveHyperparameters(hparams);
  }

${LOADERS}
${module.loader}}
`,
  };
}

function moduleText({ batch, doc, body }: ModuleTemplate, hparams: string): string {
  return `type $NameBatch = ${batch};

/** ${doc} */
export class $Name extends LightningModule {
${body.replace('$hparams', `{ ${hparams} }`)}}
`;
}
