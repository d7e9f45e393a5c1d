/** The tools for language models, by name: the entry registers them without loading them. A test compares them with `package.json`. */
export const TOOL_NAMES = ['lightning_list_runs', 'lightning_get_metrics', 'lightning_start_fit'] as const;
export type ToolName = (typeof TOOL_NAMES)[number];
