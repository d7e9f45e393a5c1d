#!/usr/bin/env node
// Editors that start a command usually talk over standard input and output; another transport may be asked for.
const transports = ['--stdio', '--node-ipc', '--socket', '--pipe'];
if (!process.argv.some((argument) => transports.some((name) => argument.startsWith(name))))
  process.argv.push('--stdio');
require('../dist/main.js');
