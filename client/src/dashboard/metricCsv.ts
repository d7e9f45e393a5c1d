import type { RunRecord } from '../runs/runRecord.js';

/**
 * Every point of metrics as CSV: `run,metric,step,epoch,time,value`, one row a point, times in ISO 8601. Text that a spreadsheet
 * would take for a formula gets an apostrophe before it.
 * @param metrics names; all of each run's when left out
 */
export function metricCsv(
  runs: readonly Pick<RunRecord, 'id' | 'title' | 'model'>[],
  metrics?: readonly string[],
): string {
  const lines = ['run,run_id,metric,step,epoch,time,value'];
  for (const { id, title, model } of runs) {
    for (const name of metrics ?? model.series.names()) {
      const start = [title, id, name].map(cell).join(',');
      for (const { step, epoch, time, value } of model.series.points(name)) {
        lines.push(`${start},${step},${epoch},${isoTime(time)},${value}`);
      }
    }
  }
  return `${lines.join('\n')}\n`;
}

function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function isoTime(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}
