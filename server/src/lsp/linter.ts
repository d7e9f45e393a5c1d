import { createHash } from 'node:crypto';
import { type CancellationToken, type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type Analyzer, type FileFacts, FileModel } from '../analysis/index.js';
import { type Finding, RULES, type Rule, type Severity } from '../rules/index.js';
import type { ProblemLog } from './problemLog.js';
import { rangeIn } from './ranges.js';
import type { LintSettings, SettingsStore } from './settings.js';
import { suppressions } from './suppressions.js';
import type { Texts } from './texts.js';
import { inSlices } from './turns.js';
import { unknownRules } from './unknownRules.js';
import { canonicalUri } from './uris.js';

/** What was found in one document at one moment. */
export interface Lint {
  /** The document as it was; an open one changes under the hand. */
  readonly document: TextDocument;
  readonly facts: FileFacts | undefined;
  /** In the order of the text, with the severities of the settings, and without what comments switch off. */
  readonly findings: readonly Finding[];
  /** The findings as diagnostics, in the same order. */
  readonly items: Diagnostic[];
  /** Equal for the same version with the same diagnostics. */
  readonly resultId: string;
}

/** What a lint was made from; equal parts make an equal one. */
interface Made {
  readonly lint: Lint;
  readonly generation: number;
  readonly settings: LintSettings;
}

const SEVERITIES = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  hint: DiagnosticSeverity.Hint,
} as const satisfies Record<Severity, DiagnosticSeverity>;

/** Lints open documents. What fails is logged, and reports nothing. */
export class Linter {
  readonly #made = new Map<string, Made>();

  constructor(
    readonly analyzer: Analyzer,
    readonly settings: SettingsStore,
    readonly log: ProblemLog,
    /** Asked for each time, since the client says late which language it speaks. */
    readonly texts: () => Texts,
    readonly rules: readonly Rule[] = RULES,
  ) {}

  /** Lints a document as it is. Throws `Cancelled` when the token says so, and nothing else. */
  async lint(document: TextDocument, token?: CancellationToken): Promise<Lint> {
    for (;;) {
      const settings = await this.settings.of(document.uri);
      const slice = inSlices(token);
      const { version } = document;
      const known = this.#made.get(document.uri);
      const facts = settings.enable ? this.#facts(document) : undefined;
      const generation = this.analyzer.generationFor(canonicalUri(document.uri));
      if (known?.lint.document.version === version && known.generation === generation && known.settings === settings) {
        return known.lint;
      }
      const still = TextDocument.create(document.uri, document.languageId, version, document.getText());
      const findings = facts ? await this.#findings(facts, settings, slice) : [];
      const items = findings.map((finding) => diagnosticOf(finding, still));
      const lint = { document: still, facts, findings, items, resultId: resultIdOf(version, items) };
      // While it gave way, the document may have become another.
      if (document.version !== version) continue;
      this.#made.set(document.uri, { lint, generation, settings });
      return lint;
    }
  }

  /** What would be found in a document if it had another text. Throws `Cancelled` when the token says so. */
  async findingsIn(document: TextDocument, text: string, token?: CancellationToken): Promise<readonly Finding[]> {
    const settings = await this.settings.of(document.uri);
    const uri = canonicalUri(document.uri);
    const facts = this.analyzer.factsOfInterest(uri);
    if (!facts || !settings.enable) return [];
    const analyzer = facts.text === text ? this.analyzer : this.analyzer.withText(uri, facts.language, text);
    return this.#findings(analyzer.facts(uri) ?? facts, settings, inSlices(token), analyzer);
  }

  /** The document was closed. */
  closed(uri: string): void {
    this.#made.delete(uri);
    this.log.closed(canonicalUri(uri));
  }

  /** What the analysis has of a document; undefined when it fails, or finds nothing of interest. */
  #facts(document: TextDocument): FileFacts | undefined {
    const uri = canonicalUri(document.uri);
    return this.#guarded('reading', uri, () => {
      this.analyzer.refresh();
      const facts = this.analyzer.factsOfInterest(uri);
      if (facts) this.log.worked('analysis', uri);
      return facts;
    });
  }

  async #findings(
    facts: FileFacts,
    settings: LintSettings,
    slice: ReturnType<typeof inSlices>,
    analyzer = this.analyzer,
  ): Promise<readonly Finding[]> {
    const file = new FileModel(facts, analyzer);
    const findings: Finding[] = [...unknownRules(facts.directives, this.rules, this.texts())];
    const isSuppressed = suppressions(facts.directives);
    // Asked for now: later the document may be another one.
    if (facts.isDeclarationFile || !this.#guarded('classes', facts.uri, () => file.classes)) return findings;
    for (const rule of this.rules) {
      const level = Object.hasOwn(settings.rules, rule.id) ? settings.rules[rule.id] : undefined;
      if (level === 'off') continue;
      await slice();
      for (const finding of this.#guarded(`rule ${rule.id}`, facts.uri, () => rule.run(file)) ?? []) {
        if (isSuppressed(rule.id, finding.range.start)) continue;
        const { ruleId, messageId, data, message } = finding;
        const words = this.texts().ofRule(ruleId, messageId, data, message);
        findings.push({ ...finding, severity: level ?? finding.severity, message: words });
      }
    }
    return findings.sort((a, b) => a.range.start - b.range.start);
  }

  #guarded<T>(what: string, where: string, work: () => T): T | undefined {
    try {
      const made = work();
      this.log.worked(what, where);
      return made;
    } catch (error) {
      this.log.report(what, error, where);
      return undefined;
    }
  }
}

function resultIdOf(version: number, items: readonly Diagnostic[]): string {
  const hash = createHash('sha1').update(JSON.stringify(items)).digest('base64url');
  return `${version} ${hash}`;
}

/** A finding as LSP has it: certain ones as bad as their rule or the settings say, likely ones as hints. */
export function diagnosticOf(finding: Finding, document: TextDocument): Diagnostic {
  return {
    range: rangeIn(document, finding.range),
    severity: finding.certainty === 'likely' ? DiagnosticSeverity.Hint : SEVERITIES[finding.severity],
    source: 'lightning',
    code: finding.ruleId,
    message: finding.message,
  };
}
