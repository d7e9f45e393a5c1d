import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as ts from 'typescript';
import {
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  type ProtocolConnection,
  RegistrationRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';
import type { Result } from '../report.js';
import { moduleText, workspaceTexts } from '../server/texts.js';

const FILES = 1000;
const KEYSTROKES = 300;
const WARMUPS = 50;
const TARGETS = { keystrokeMs: 30, indexMs: 3000, memoryMB: 200, bundleMB: 5 };
const SERVER = fileURLToPath(new URL('../../../server/dist/main.js', import.meta.url)); // from the bundle in dist/

/** A workspace of a thousand files, from the start of the server on, with somebody typing in it. */
export async function server(): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'lightning-bench-'));
  const child = spawn(process.execPath, [SERVER, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    for (const [name, text] of workspaceTexts(FILES)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const connection = createProtocolConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    const indexMs = await timeIndex(connection, folder);
    const keystrokes = await timeKeystrokes(connection, folder);
    const memoryMB = residentMegabytes(child.pid);
    const exited = once(child, 'exit');
    await connection.sendRequest(ShutdownRequest.type);
    await connection.sendNotification(ExitNotification.type);
    await exited;
    connection.dispose();

    const p95 = quantile(keystrokes.typed, 0.95);
    const bundleMB = statSync(SERVER).size / 1e6;
    const said = (what: string, value: number, target: number, unit: string) =>
      `${what}: ${value.toFixed(value < 10 ? 2 : 0)} ${unit}; target: at most ${target}; ${value <= target ? 'met' : 'MISSED'}`;
    return {
      title: `the built server in a workspace of ${FILES} files; ${KEYSTROKES} keystrokes in a module of 200 lines`,
      timings: [
        { name: 'keystroke to diagnostics', rounds: keystrokes.typed },
        { name: 'ts.createSourceFile', rounds: keystrokes.parsed },
      ],
      comparisons: [{ ours: 'keystroke to diagnostics', peer: 'ts.createSourceFile' }],
      notes: [
        said('keystroke to diagnostics, p95', p95, TARGETS.keystrokeMs, 'ms'),
        said('cold index', indexMs, TARGETS.indexMs, 'ms'),
        said('resident memory', memoryMB, TARGETS.memoryMB, 'MB'),
        said('bundle', bundleMB, TARGETS.bundleMB, 'MB'),
      ],
    };
  } finally {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** From `initialized` until the server says that it has read the workspace. */
async function timeIndex(connection: ProtocolConnection, folder: string): Promise<number> {
  const indexed = new Promise<void>((resolve) => {
    connection.onNotification('lightning/status', ({ indexing }: { readonly indexing: unknown }) => {
      if (!indexing) resolve();
    });
  });
  connection.onRequest(RegistrationRequest.type, () => undefined);
  connection.listen();
  await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri: null,
    capabilities: {
      textDocument: { diagnostic: {} },
      workspace: { didChangeWatchedFiles: { dynamicRegistration: true }, diagnostics: { refreshSupport: true } },
    },
    workspaceFolders: [{ uri: pathToFileURL(folder).href, name: 'bench' }],
  });
  const begun = performance.now();
  await connection.sendNotification(InitializedNotification.type, {});
  await indexed;
  return performance.now() - begun;
}

/** Types a method, letter by letter, and asks for diagnostics after each. */
async function timeKeystrokes(connection: ProtocolConnection, folder: string) {
  const uri = pathToFileURL(join(folder, 'src/typed.ts')).href;
  let text = moduleText('Typed', 200);
  const typed = "  onTrainEpochEnd() {\n    this.log('epochs', this.currentEpoch); // one more\n  }\n";
  const times: number[] = [];
  const parsed: number[] = [];
  await connection.sendNotification(DidOpenTextDocumentNotification.type, {
    textDocument: { uri, languageId: 'typescript', version: 1, text },
  });
  let [line, character] = [text.slice(0, text.indexOf('  forward(')).split('\n').length - 1, 0];
  for (let count = -WARMUPS; count < KEYSTROKES; count += 1) {
    const letter = typed[(count + WARMUPS) % typed.length] ?? ' ';
    const at = { line, character };
    [line, character] = letter === '\n' ? [line + 1, 0] : [line, character + 1];
    const offset = text.split('\n').slice(0, at.line).join('\n').length + 1 + at.character;
    text = text.slice(0, offset) + letter + text.slice(offset);
    const begun = performance.now();
    await connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version: count + WARMUPS + 2 },
      contentChanges: [{ range: { start: at, end: at }, text: letter }],
    });
    await connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri } });
    const done = performance.now();
    ts.createSourceFile('typed.ts', text, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS);
    if (count >= 0) {
      times.push(done - begun);
      parsed.push(performance.now() - done);
    }
  }
  return { typed: times, parsed };
}

/** NaN where the system does not tell. */
function residentMegabytes(pid: number | undefined): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1000;
  } catch {
    return Number.NaN;
  }
}

function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? Number.NaN;
}
