import { createHash } from 'node:crypto';
import { type Diagnostic, DiagnosticSeverity, type Range } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Analyzer, TextRange } from '../analysis/index.js';
import { type Finding, lint, RULES, type Rule } from '../rules/index.js';
import { canonicalUri } from './documentFiles.js';
import type { ProblemLog } from './problemLog.js';

/** The diagnostics of one document at one moment. */
export interface LintResult {
  /** Equal for the same version with the same diagnostics. */
  readonly resultId: string;
  readonly items: Diagnostic[];
}

/** Lints open documents. Nothing here throws: what fails is logged, and reports nothing. */
export class Linter {
  constructor(
    readonly analyzer: Analyzer,
    readonly log: ProblemLog,
    readonly rules: readonly Rule[] = RULES,
  ) {}

  /** The findings in a document; empty when the analysis fails. */
  findings(document: TextDocument): readonly Finding[] {
    try {
      const modules = this.analyzer.modules(canonicalUri(document.uri));
      return lint(modules, this.rules, (rule, error) => this.log.report(`rule ${rule.id}`, error));
    } catch (error) {
      this.log.report('analysis', error);
      return [];
    }
  }

  /** The findings in a document as diagnostics. */
  result(document: TextDocument): LintResult {
    const items = this.findings(document).map((finding) => diagnosticOf(finding, document));
    const hash = createHash('sha1').update(JSON.stringify(items)).digest('base64url');
    return { resultId: `${document.version} ${hash}`, items };
  }
}

/** A finding as LSP has it: certain ones as bad as their rule says, likely ones as hints. */
export function diagnosticOf(finding: Finding, document: TextDocument): Diagnostic {
  const severity = finding.severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning;
  return {
    range: rangeIn(document, finding.range),
    severity: finding.certainty === 'likely' ? DiagnosticSeverity.Hint : severity,
    source: 'lightning',
    code: finding.ruleId,
    message: finding.message,
  };
}

/** Offsets as lines and characters. */
export function rangeIn(document: TextDocument, { start, end }: TextRange): Range {
  return { start: document.positionAt(start), end: document.positionAt(end) };
}
