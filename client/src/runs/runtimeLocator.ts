import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PROTOCOL_VERSION } from 'lightning-tfjs/protocol';

/** The `lightning-tfjs` that a run is started with. */
export interface RuntimeChoice {
  /** Absolute path of its command line program. */
  readonly cli: string;
  readonly source: 'workspace' | 'bundled';
  readonly version: string;
  /** Why the workspace's own is not used, when it has one. */
  readonly note?: string;
}

interface RuntimeManifest {
  readonly version: string;
  readonly bin: string;
  readonly protocol: number | undefined;
}

/**
 * The `lightning-tfjs` that the module's file itself imports, when it speaks our version of the run protocol; else the one that
 * comes with the extension, at `bundled`. Nothing of the workspace is executed to find out.
 */
export async function locateRuntime(file: string, bundled: string): Promise<RuntimeChoice> {
  const own = resolveOwn(file);
  if (own === undefined) return bundledRuntime(bundled);
  try {
    const manifest = await readManifest(own);
    if (manifest.protocol === PROTOCOL_VERSION) {
      return { cli: join(own, manifest.bin), source: 'workspace', version: manifest.version };
    }
    const note = `it speaks version ${manifest.protocol ?? 'unknown'} of the run protocol, this extension ${PROTOCOL_VERSION}`;
    return { ...(await bundledRuntime(bundled)), note };
  } catch (error) {
    return { ...(await bundledRuntime(bundled)), note: error instanceof Error ? error.message : String(error) };
  }
}

function resolveOwn(file: string): string | undefined {
  try {
    return dirname(createRequire(file).resolve('lightning-tfjs/package.json'));
  } catch {
    return undefined; // not installed there
  }
}

async function bundledRuntime(directory: string): Promise<RuntimeChoice> {
  const { bin, version } = await readManifest(directory);
  return { cli: join(directory, bin), source: 'bundled', version };
}

async function readManifest(directory: string): Promise<RuntimeManifest> {
  const value: unknown = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'));
  const { version, bin, lightning } = value as { version?: unknown; bin?: unknown; lightning?: unknown };
  const cli = typeof bin === 'object' && bin !== null ? (bin as Record<string, unknown>).lightning : bin;
  if (typeof version !== 'string' || typeof cli !== 'string') {
    throw new Error(
      `${join(directory, 'package.json')} is not the manifest of lightning-tfjs: it has no version or no 'bin'.`,
    );
  }
  const protocol =
    typeof lightning === 'object' && lightning !== null ? (lightning as Record<string, unknown>).protocol : undefined;
  return { version, bin: cli, protocol: typeof protocol === 'number' ? protocol : undefined };
}
