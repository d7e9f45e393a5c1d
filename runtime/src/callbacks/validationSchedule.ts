import type { Trainer } from '../trainer/index.js';

/**
 * True when validation runs once in each epoch, after its last batch, as far as the options tell. As in PyTorch Lightning, where 1
 * equals 1.0, `valCheckInterval: 1` counts as the whole epoch here.
 */
export function validatesOncePerEpoch({ options }: Pick<Trainer, 'options'>): boolean {
  const { valCheckInterval, checkValEveryNEpoch } = options;
  const isWhole =
    typeof valCheckInterval === 'string' ? /^100(?:\.0+)?%$/.test(valCheckInterval) : valCheckInterval === 1;
  return isWhole && checkValEveryNEpoch === 1;
}
