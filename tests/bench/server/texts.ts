/** Texts like those that people write, as long as wanted. */

const IMPORTS = "import { DataLoader, LightningModule, TensorDataset, Trainer, optim, tf } from 'lightning-tfjs';\n";

/** A module of about as many lines: steps, helpers, logging, a Trainer that runs it. */
export function moduleText(name: string, lines: number, base = 'LightningModule'): string {
  const parts = Math.max(0, Math.round((lines - 40) / 14));
  return `${IMPORTS}
type Batch = [images: tf.Tensor4D, digits: tf.Tensor1D];

export class ${name} extends ${base} {
  net = tf.sequential({ layers: [tf.layers.dense({ units: 10, inputShape: [784] })] });

  constructor(readonly hparams = { lr: 2e-3 }) {
    super();
    this.saveHyperparameters(hparams);
  }

  forward(images: tf.Tensor4D) {
    return this.net.apply(tf.div(images, 255)) as tf.Tensor2D; // bytes become 0 … 1
  }

  trainingStep([images, digits]: Batch) {
    const { loss, accuracy } = this.score0(images, digits);
    this.log('train_loss', loss, { progBar: true });
    this.log('train_acc', accuracy);
    return loss;
  }

  validationStep([images, digits]: Batch) {
    this.log('val_loss', this.score0(images, digits).loss);
  }

  configureOptimizers() {
    return new optim.Adam(this.parameters(), { lr: this.hparams.lr });
  }
${Array.from({ length: parts }, (_, index) => helper(index)).join('\n')}}

export async function train${name}() {
  const trainer = new Trainer({ maxEpochs: 3, gradientClipVal: 0.5, logEveryNSteps: 10 });
  await trainer.fit(new ${name}(), new DataLoader(new TensorDataset(tf.ones([8, 784]), tf.zeros([8])), { batchSize: 4 }));
}
`;
}

function helper(index: number): string {
  return `
  /** How well the ${index}th head does: the loss that is trained on, and a number for people. */
  private score${index}(images: tf.Tensor4D, digits: tf.Tensor1D) {
    const logits = this.forward(images);
    const loss = tf.losses.softmaxCrossEntropy(tf.oneHot(digits, 10), logits) as tf.Scalar;
    const accuracy = tf.mean(tf.equal(tf.argMax(logits, 1), digits)) as tf.Scalar;
    if (this.globalStep % ${index + 2} === 0) {
      for (const [name, value] of Object.entries({ loss, accuracy })) {
        this.log(\`head${index}/\${name}\`, value, { onEpoch: true, prefix: [1, 2, ${index}].map((each) => each * 2) });
      }
    }
    return { loss, accuracy };
  }
`;
}

/** A file without a module, as most are. */
export function plainText(index: number): string {
  const functions = Array.from(
    { length: 8 },
    (_, each) => `
export function part${each}(values: readonly number[], limit = ${index}): number[] {
  const found: number[] = [];
  for (const value of values) {
    if (value > limit) found.push(value * ${each});
    else if (value === limit) return [...found, ...values.slice(${each})];
  }
  return found.sort((a, b) => a - b);
}`,
  );
  return `import { join } from 'node:path';\n${functions.join('\n')}\nexport const place = join('a', '${index}');\n`;
}

/** The files of a workspace by name: one in ten a module, three in ten other classes, the rest functions. */
export function workspaceTexts(count: number): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (let index = 0; index < count; index += 1) {
    const name = `src/part${index % 20}/file${index}.ts`;
    if (index % 10 === 0) files.set(name, moduleText(`Lit${index}`, 100));
    else if (index % 10 < 4) {
      const base = `export class Store${index} extends Map<string, number> {\n  total() {\n    return [...this.values()].length;\n  }\n}\n`;
      files.set(name, plainText(index) + base);
    } else files.set(name, plainText(index));
  }
  return files;
}
