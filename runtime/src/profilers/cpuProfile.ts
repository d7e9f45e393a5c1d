import type { Profiler } from 'node:inspector';
import { pathToFileURL } from 'node:url';
import type { SourceLocation } from '../protocol/index.js';
import { originalLocation } from '../sourceMaps/index.js';

/** Behind the end of any line: a map's last entry of the line is the one that is found. */
const END_OF_LINE = 1_000_000;

/** The place in the person's source that a place of a running script was made from; the script's line and column count from 0. */
export function sourceOf(url: string, line: number, column: number): SourceLocation | undefined {
  const isFile = url.startsWith('file:') || url.startsWith('/') || /^[A-Za-z]:[\\/]/.test(url);
  return isFile ? originalLocation(url, line + 1, column + 1) : undefined;
}

/** The same profile with the person's own files and lines, so that a viewer opens those: what was compiled is gone when the run is over. */
export function inSources(profile: Profiler.Profile): Profiler.Profile {
  return { ...profile, nodes: profile.nodes.map(inSource) };
}

function inSource(node: Profiler.ProfileNode): Profiler.ProfileNode {
  const { url, lineNumber, columnNumber } = node.callFrame;
  const place = sourceOf(url, lineNumber, columnNumber);
  if (!place) return node;
  const { positionTicks } = node;
  return {
    ...node,
    callFrame: {
      ...node.callFrame,
      url: pathToFileURL(place.file).href,
      lineNumber: place.line - 1,
      columnNumber: place.column - 1,
    },
    ...(positionTicks && {
      positionTicks: positionTicks.map(({ line, ticks }) => ({
        line: sourceOf(url, line - 1, END_OF_LINE)?.line ?? place.line,
        ticks,
      })),
    }),
  };
}
