/** Plays a hook sequence for so many epochs and batches: the calls that a run makes. For tests of the sequence. */
import type { SequenceLoop, SequenceMoment, SequenceNode, SequenceScheduler } from '../core/hookSequence.js';

/** What only a run knows. */
export interface RunSize {
  readonly epochs: number;
  readonly trainBatches: number;
  readonly evaluationBatches: number;
  /** How often the module calls manualBackward, and steps an optimizer, in a step. */
  readonly losses?: number;
  readonly updates?: number;
  readonly parts?: number;
  readonly pieces?: number;
  readonly schedulers?: readonly SequenceScheduler[];
}

/** Calls as `trainingStep`, `C.setup` for a callback and `D.setup` for a data module. */
export function unroll(nodes: readonly SequenceNode[], size: RunSize): readonly string[] {
  const calls: string[] = [];
  let epoch = 0;
  let batch = 0;
  let allBatches = 0;
  const loadedAt = new Map<string, number>();
  const play = (each: readonly SequenceNode[]) => {
    for (const node of each) {
      if (node.type === 'call') {
        calls.push(`${{ module: '', callback: 'C.', datamodule: 'D.' }[node.owner]}${node.hook}`);
        if (node.hook === 'trainDataloader') loadedAt.set('train', epoch);
        if (node.hook === 'valDataloader') loadedAt.set('validate', epoch);
        play(node.children);
      } else if (node.type === 'loop') {
        playLoop(node);
      } else {
        for (let times = timesNow(node.moment); times > 0; times--) play(node.children);
      }
    }
  };
  const playLoop = ({ over, atMost, children }: SequenceLoop) => {
    const given = {
      epochs: size.epochs,
      trainingBatches: size.trainBatches,
      evaluationBatches: size.evaluationBatches,
      losses: size.losses ?? 1,
      updates: size.updates ?? 1,
      parts: size.parts ?? 1,
      pieces: size.pieces ?? 1,
    }[over];
    for (let i = 0; i < Math.min(given, atMost ?? given); i++) {
      if (over === 'epochs') epoch = i;
      if (over === 'trainingBatches') {
        batch = i;
        allBatches += 1;
      }
      play(children);
    }
  };
  const timesNow = (moment: SequenceMoment): number => {
    const isLast = batch === size.trainBatches - 1;
    switch (moment.kind) {
      case 'windowBegins':
        return Number(batch % moment.batches === 0);
      case 'windowEnds':
        return Number(isLast || (batch + 1) % moment.batches === 0);
      case 'windowGoesOn':
        return Number(!isLast && (batch + 1) % moment.batches !== 0);
      case 'everyBatches':
        return Number((moment.acrossEpochs ? allBatches : batch + 1) % moment.batches === 0);
      case 'everyFraction':
        return Number((batch + 1) % Math.max(1, Math.floor(size.trainBatches * moment.fraction)) === 0);
      case 'everyEpochs':
        return Number((epoch + 1) % moment.epochs === 0);
      case 'lastBatch':
        return Number(isLast);
      case 'loadersDue': {
        const last = loadedAt.get(moment.stage);
        return Number(last === undefined || (moment.everyEpochs > 0 && epoch - last >= moment.everyEpochs));
      }
      case 'schedulerDue': {
        const due = (size.schedulers ?? []).filter(
          ({ interval, onPlateau, frequency }) =>
            interval === moment.interval &&
            onPlateau === moment.onPlateau &&
            ((interval === 'epoch' ? epoch : batch) + 1) % frequency === 0,
        );
        return due.length;
      }
      case 'timePassed':
        return 0;
    }
  };
  play(nodes);
  return calls;
}
