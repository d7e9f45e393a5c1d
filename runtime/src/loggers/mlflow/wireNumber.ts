/** A number in MLflow's JSON, where what is not finite is a text. */
export function wireNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
