/** What a state key tells of a callback's options. */
export type StateKeyValue = string | number | boolean | null | Duration;

/** A length of time in a state key, in milliseconds. */
export interface Duration {
  readonly milliseconds: number;
}

/**
 * The key of a callback's state where several of its class may be in one Trainer, with what tells them apart. Written as PyTorch
 * Lightning writes it, so that its tools find what they look for: `EarlyStopping{'monitor': 'val_loss', 'mode': 'min'}`.
 */
export function generateStateKey(callback: object, values: Readonly<Record<string, StateKeyValue>>): string {
  const entries = Object.entries(values).map(([name, value]) => `'${name}': ${toPython(value)}`);
  return `${callback.constructor.name}{${entries.join(', ')}}`;
}

function toPython(value: StateKeyValue): string {
  if (value === null) return 'None';
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'number' ? String(value) : toTimedelta(value.milliseconds);
}

/** Python takes single quotes unless the text holds some, and no double ones. */
function quote(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\');
  return text.includes("'") && !text.includes('"') ? `"${escaped}"` : `'${escaped.replaceAll("'", "\\'")}'`;
}

const SECOND = 1000;
const DAY = 24 * 60 * 60 * SECOND;

function toTimedelta(milliseconds: number): string {
  const days = Math.floor(milliseconds / DAY);
  const seconds = Math.floor((milliseconds % DAY) / SECOND);
  const microseconds = Math.round((milliseconds % SECOND) * 1000);
  const parts = Object.entries({ days, seconds, microseconds }).filter(([, count]) => count !== 0);
  return `datetime.timedelta(${parts.map(([name, count]) => `${name}=${count}`).join(', ') || '0'})`;
}
