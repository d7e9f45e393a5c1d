#!/usr/bin/env node
const USAGE = `Usage: lightning-language-server [--stdio | --node-ipc | --socket=PORT | --pipe=NAME]

The language server of Lightning for TypeScript: checks LightningModules, LightningDataModules, Callbacks and the calls of
the Trainer in TypeScript and JavaScript files. Editors start it; over standard input and output unless told otherwise.

  --stdio         speak over standard input and output (the default)
  --node-ipc      speak over the channel of a Node.js process that started this one
  --socket=PORT   connect to a port of this machine
  --pipe=NAME     connect to a named pipe or a socket in the file system
  --help          show this text
  --version       show the version

Settings, in the section "lightning": lint.enable (true or false) and lint.rules, an object of rule ids with "off", "hint",
"warning" or "error". initializationOptions may have a locale, such as "zh-cn".`;

const given = process.argv.slice(2);
if (given.includes('--help') || given.includes('-h')) console.log(USAGE);
else if (given.includes('--version') || given.includes('-v')) console.log(require('../package.json').version);
else {
  // Editors that start a command usually talk over standard input and output; another transport may be asked for.
  const transports = ['--stdio', '--node-ipc', '--socket', '--pipe'];
  if (!given.some((argument) => transports.some((name) => argument.startsWith(name)))) process.argv.push('--stdio');
  require('../dist/main.js');
}
