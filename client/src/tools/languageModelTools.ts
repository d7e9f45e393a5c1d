import * as vscode from 'vscode';
import type { RunRecord } from '../runs/index.js';
import type { Services } from '../services.js';
import { modulesToFit } from './modulesToFit.js';
import { metricSummary, runSummary } from './summaries.js';
import type { ToolName } from './toolNames.js';

/** A model reads at most so many runs, the newest. */
const MAX_RUNS = 50;

/** What language models may ask of the extension. Answers are bounded, and nothing starts without the person's word. */
export class LanguageModelTools {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  /** What is shown to the person before a tool is used; a fit asks. */
  prepare(name: ToolName, input: unknown): vscode.PreparedToolInvocation {
    if (name !== 'lightning_start_fit') return { invocationMessage: vscode.l10n.t('Reading Lightning runs') };
    const module = textOf(input, 'module');
    return {
      invocationMessage: vscode.l10n.t('Starting a training run'),
      confirmationMessages: {
        title: vscode.l10n.t('Start a training run?'),
        message: vscode.l10n.t(
          'This runs code of the workspace: a fit of {0}, with {1}.',
          module ?? vscode.l10n.t('the only module'),
          JSON.stringify(optionsOf(input)),
        ),
      },
    };
  }

  /** Does what a tool is asked for. What cannot be done is said in the answer, which the model reads. */
  async invoke(
    name: ToolName,
    input: unknown,
    token: vscode.CancellationToken,
  ): Promise<vscode.LanguageModelToolResult> {
    const answer = await this.#answer(name, input, token);
    return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(JSON.stringify(answer))]);
  }

  async #answer(name: ToolName, input: unknown, token: vscode.CancellationToken): Promise<object> {
    switch (name) {
      case 'lightning_list_runs':
        return { runs: this.#records().slice(-MAX_RUNS).map(runSummary) };
      case 'lightning_get_metrics':
        return this.#metrics(input);
      case 'lightning_start_fit':
        return this.#startFit(input, token);
    }
  }

  async #metrics(input: unknown): Promise<object> {
    const id = textOf(input, 'run');
    const records = this.#records();
    const run = id === undefined ? records.at(-1) : records.find((each) => each.id === id);
    if (!run) return { error: 'There is no such run. lightning_list_runs tells the ids.' };
    await run.load();
    return { run: runSummary(run), ...metricSummary(run.model.series, textOf(input, 'metric')) };
  }

  async #startFit(input: unknown, token: vscode.CancellationToken): Promise<object> {
    if (!vscode.workspace.isTrusted) return { error: 'The workspace is in Restricted Mode: nothing of it is run.' };
    const modules = await modulesToFit(this.#services.language);
    const wanted = textOf(input, 'module');
    const found = modules.filter(({ className }) => wanted === undefined || className === wanted);
    const [module, ...others] = found;
    if (!module || others.length > 0) {
      return { error: 'Name one module of the workspace.', modules: modules.map(({ className }) => className) };
    }
    if (token.isCancellationRequested) return { error: 'It was cancelled.' };
    const run = await this.#services.runs.start({ ...module, options: optionsOf(input) });
    this.#services.dashboard.open(run, { preserveFocus: true });
    return { run: run.id, state: run.state, note: 'It goes on in the background; lightning_get_metrics tells how.' };
  }

  #records(): readonly RunRecord[] {
    return this.#services.runs.records;
  }
}

function textOf(input: unknown, name: string): string | undefined {
  const value = typeof input === 'object' && input !== null ? (input as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Of what a model may set, only counts: no paths and no names of classes. */
function optionsOf(input: unknown): Readonly<Record<string, number>> {
  const given = typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
  const allowed = ['maxEpochs', 'maxSteps', 'limitTrainBatches'] as const;
  return Object.fromEntries(
    allowed.flatMap((name) => {
      const value = given[name];
      return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? [[name, value]] : [];
    }),
  );
}
