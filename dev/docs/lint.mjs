/** `node dev/docs/lint.mjs [file]`: says what Redocly's recommended rules find wrong with the contract, a line for each. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createConfig, lint } from '@redocly/openapi-core';

const file = process.argv[2] ?? fileURLToPath(new URL('../../docs/openapi.json', import.meta.url));
const config = await createConfig({ extends: ['recommended'] });
const found = await lint({ ref: path.resolve(file), config });
for (const { ruleId, severity, message, location } of found)
  console.log(`${severity} ${ruleId} ${location[0]?.pointer ?? ''}: ${message}`);
process.exitCode = found.length > 0 ? 1 : 0;
