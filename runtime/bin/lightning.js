#!/usr/bin/env node
// Loaded only when Node is new enough to read it.
const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  console.error(`lightning needs Node 20 or newer; this is Node ${process.versions.node}. See https://nodejs.org.`);
  process.exit(1);
}
const { main } = await import('../dist/cli.js');
// The code that was run may have left timers or workers behind.
process.exit(await main(process.argv.slice(2)));
