#!/usr/bin/env node
import { runCli } from './program';

// The reader of a pipe may have seen enough: `engagements list | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

void runCli(process.argv.slice(2), process).then((code) => {
  process.exitCode = code;
});
