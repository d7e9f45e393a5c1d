import { describe, expect, it } from 'vitest';
import { DEFAULT_VIEW, recalledView } from './viewState.js';

describe('recalledView', () => {
  it('gives back what was kept', () => {
    const view = {
      ...DEFAULT_VIEW,
      axis: 'wall',
      logY: true,
      smoothing: 0.9,
      search: 'loss',
      collapsed: ['lr'],
    } as const;
    expect(recalledView({ view })).toEqual(view);
  });

  it.each([undefined, null, 'x', {}, { view: null }, { view: { axis: 'mood', smoothing: 7, collapsed: 3 } }])(
    'starts afresh from %j',
    (state) => {
      expect(recalledView(state)).toEqual(DEFAULT_VIEW);
    },
  );
});
