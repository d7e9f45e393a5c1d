import { X_AXES, type XAxis } from './messages/index.js';

/** How the person wants to see charts; kept across reloads. */
export interface ViewState {
  readonly axis: XAxis;
  readonly logX: boolean;
  readonly logY: boolean;
  /** From 0 to 0.99. */
  readonly smoothing: number;
  readonly robust: boolean;
  readonly search: string;
  /** Names of the groups that are closed. */
  readonly collapsed: readonly string[];
}

/** What a page shows at first. */
export const DEFAULT_VIEW: ViewState = {
  axis: 'step',
  logX: false,
  logY: false,
  smoothing: 0,
  robust: false,
  search: '',
  collapsed: [],
};

/** The view that a page remembered; what is missing or of another kind is as at first. */
export function recalledView(state: unknown): ViewState {
  const view: Readonly<Record<string, unknown>> =
    typeof state === 'object' && state !== null && 'view' in state && typeof state.view === 'object'
      ? { ...state.view }
      : {};
  const { axis, smoothing, search, collapsed } = view;
  return {
    axis: X_AXES.find((one) => one === axis) ?? DEFAULT_VIEW.axis,
    logX: view.logX === true,
    logY: view.logY === true,
    smoothing: typeof smoothing === 'number' && smoothing >= 0 && smoothing <= 0.99 ? smoothing : 0,
    robust: view.robust === true,
    search: typeof search === 'string' ? search : '',
    collapsed: Array.isArray(collapsed) ? collapsed.filter((one) => typeof one === 'string') : [],
  };
}
