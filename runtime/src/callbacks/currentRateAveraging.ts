import type { Optimizer } from '../optim/index.js';
import { StochasticWeightAveraging } from './stochasticWeightAveraging.js';

/** The key of a StochasticWeightAveraging's state, which this one goes by too. */
const STATE_KEY = 'StochasticWeightAveraging';

/**
 * Averages with the learning rates that the optimizer has when averaging begins. For the option `stochasticWeightAvg`, since
 * PyTorch Lightning 1.6 asked for none. Cost, state: those of its base. Source: PyTorch Lightning 1.6, `callbacks/stochastic_weight_avg.py`.
 */
export class CurrentRateAveraging extends StochasticWeightAveraging {
  constructor() {
    super({ swaLrs: 1 }); // a rate is asked for; which ones are used says `ratesFor`
  }

  override get stateKey(): string {
    return STATE_KEY;
  }

  protected override ratesFor(optimizer: Optimizer): readonly number[] {
    return optimizer.paramGroups.map(({ lr }) => lr);
  }
}
