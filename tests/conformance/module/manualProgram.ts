import type { LightningModule, tf } from 'lightning-tfjs';
import { NotBuilt } from '../notBuilt.js';
import type { Stage } from '../runLog.js';
import type { JsonObject } from '../scenario.js';
import { lossNamed } from './losses.js';
import type { Network } from './networks.js';

type Method = (...args: readonly unknown[]) => unknown;

/** What `trainingStep` does under manual optimization: the instructions of the program, in order. */
export async function runManualProgram(
  stage: Stage,
  module: LightningModule,
  batch: tf.Tensor,
  network: Network,
): Promise<null> {
  const optimizers = [...module.optimizers()];
  const usual = optimizers.flatMap((_optimizer, opt) => ['zero_grad', 'backward', 'step'].map((op) => ({ op, opt })));
  const program: readonly JsonObject[] = stage.spec.manual_program ?? usual;
  const backward = async (name: unknown, divide: unknown) => {
    const loss = lossNamed(String(name ?? stage.spec.loss ?? 'mean'));
    const value = loss(network, batch, module.parameters(), module.training);
    stage.loss = Number(value.dataSync()[0]);
    await method(module, 'manualBackward')(divide === undefined ? value : value.div(Number(divide)));
    return value;
  };
  for (const { op, opt = 0, loss, divide, every, value, algorithm, scheduler = 0 } of program) {
    if (typeof every === 'number' && (stage.batchIdx + 1) % every !== 0) continue;
    const optimizer = optimizers[Number(opt)] as object;
    if (op === 'zero_grad') await method(optimizer, 'zeroGrad')();
    else if (op === 'step') await method(optimizer, 'step')();
    else if (op === 'toggle') await method(module, 'toggleOptimizer')(optimizer);
    else if (op === 'untoggle') await method(module, 'untoggleOptimizer')(optimizer);
    else if (op === 'backward') await backward(loss, divide);
    else if (op === 'clip') await method(module, 'clipGradients')(optimizer, value, algorithm);
    else if (op === 'scheduler_step')
      await method([method(module, 'lrSchedulers')()].flat()[Number(scheduler)] as object, 'step')();
    else if (op === 'step_closure') {
      await method(
        optimizer,
        'step',
      )(async () => {
        await method(optimizer, 'zeroGrad')();
        return backward(loss, divide);
      });
    } else throw new Error(`There is no instruction '${String(op)}' in the format.`);
  }
  return null;
}

function method(owner: object, name: string): Method {
  const found: unknown = Reflect.get(owner, name);
  if (typeof found !== 'function') throw new NotBuilt(`${owner.constructor.name}.${name}`);
  return (...args) => found.apply(owner, args) as unknown;
}
