/** Log-probabilities of `[time, batch, classes]`, as they lie in memory. */
export interface Scores {
  readonly values: ArrayLike<number>;
  readonly batch: number;
  readonly classes: number;
  readonly blank: number;
}

/** One target and the time it is written over. */
export interface Sample {
  /** Its place in the batch. */
  readonly index: number;
  readonly labels: readonly number[];
  readonly time: number;
}

const NEVER = Number.NEGATIVE_INFINITY;

/**
 * The negative logarithm of the probability of a target, over all its alignments. Source: Graves et al., 2006, section
 * 4.1.
 */
export function sampleLoss(scores: Scores, sample: Sample): number {
  if (sample.time === 0) return sample.labels.length === 0 ? 0 : Number.POSITIVE_INFINITY;
  const walk = forward(scores, sample);
  return -ending(walk, sample);
}

/** Where the gradient of a sample goes. */
export interface GradientPlace {
  readonly factor: number;
  /** Of the scores' size; zeros. */
  readonly gradient: Float32Array;
}

/**
 * The gradient of {@link sampleLoss} with respect to what went into a log-softmax: probability minus the share of the
 * alignments.
 * Source: Graves et al., 2006, equation 16.
 */
export function alignmentGradient(scores: Scores, sample: Sample, { factor, gradient }: GradientPlace): void {
  const { values, classes, blank } = scores;
  const { labels, time } = sample;
  if (time === 0) return;
  const states = 2 * labels.length + 1;
  const before = forward(scores, sample);
  const after = backward(scores, sample);
  const loss = -ending(before, sample);
  const through = new Float64Array(classes);
  for (let step = 0; step < time; step++) {
    through.fill(NEVER);
    for (let state = 0; state < states; state++) {
      const label = labelOf(labels, state, blank);
      const both = at(before, step, state, states) + at(after, step, state, states);
      through[label] = logAdd(through[label] as number, both);
    }
    const start = (step * scores.batch + sample.index) * classes;
    for (let label = 0; label < classes; label++) {
      const score = values[start + label] as number;
      const share = Math.exp((through[label] as number) + loss - score); // both walks count this step: once too often
      gradient[start + label] = (Math.exp(score) - share) * factor;
    }
  }
}

/** For each step and state, the log-probability of all beginnings that end there: `[time, states]`. */
function forward(scores: Scores, { index, labels, time }: Sample): Float64Array {
  const states = 2 * labels.length + 1;
  const walk = new Float64Array(time * states).fill(NEVER);
  for (let step = 0; step < time; step++) {
    for (let state = 0; state < states; state++) {
      let reached = step === 0 ? (state < 2 ? 0 : NEVER) : at(walk, step - 1, state, states);
      if (step > 0 && state > 0) reached = logAdd(reached, at(walk, step - 1, state - 1, states));
      if (step > 0 && maySkip(labels, state)) reached = logAdd(reached, at(walk, step - 1, state - 2, states));
      walk[step * states + state] = reached + scoreOf(scores, step, index, labelOf(labels, state, scores.blank));
    }
  }
  return walk;
}

/** The same for all endings that begin there. */
function backward(scores: Scores, { index, labels, time }: Sample): Float64Array {
  const states = 2 * labels.length + 1;
  const walk = new Float64Array(time * states).fill(NEVER);
  for (let step = time - 1; step >= 0; step--) {
    const isLast = step === time - 1;
    for (let state = states - 1; state >= 0; state--) {
      let reached = isLast ? (state >= states - 2 ? 0 : NEVER) : at(walk, step + 1, state, states);
      if (!isLast && state + 1 < states) reached = logAdd(reached, at(walk, step + 1, state + 1, states));
      if (!isLast && state + 2 < states && maySkip(labels, state + 2)) {
        reached = logAdd(reached, at(walk, step + 1, state + 2, states));
      }
      walk[step * states + state] = reached + scoreOf(scores, step, index, labelOf(labels, state, scores.blank));
    }
  }
  return walk;
}

/** The log-probability of all complete alignments: they end in the last label or in the blank behind it. */
function ending(walk: Float64Array, { labels, time }: Sample): number {
  const states = 2 * labels.length + 1;
  const blank = at(walk, time - 1, states - 1, states);
  return states === 1 ? blank : logAdd(blank, at(walk, time - 1, states - 2, states));
}

/** States are the labels with a blank before, between and behind them. */
function labelOf(labels: readonly number[], state: number, blank: number): number {
  return state % 2 === 0 ? blank : (labels[(state - 1) / 2] as number);
}

/** Whether a state may follow the one two before it: a blank between two labels is needed only if they are equal. */
function maySkip(labels: readonly number[], state: number): boolean {
  if (state < 3 || state % 2 === 0) return false;
  return labels[(state - 1) / 2] !== labels[(state - 3) / 2];
}

function scoreOf({ values, batch, classes }: Scores, step: number, index: number, label: number): number {
  return values[(step * batch + index) * classes + label] as number;
}

function at(walk: Float64Array, step: number, state: number, states: number): number {
  return walk[step * states + state] as number;
}

function logAdd(a: number, b: number): number {
  const [larger, smaller] = a > b ? [a, b] : [b, a];
  return smaller === NEVER ? larger : larger + Math.log1p(Math.exp(smaller - larger));
}
