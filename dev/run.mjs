/**
 * `node dev/run.mjs [program] [arguments]`: makes the checkout ready, then runs a compiled program such as `dev/start` in this
 * process. Without a program it just builds.
 */
import Module from 'node:module';
import path from 'node:path';
import { build, installDependencies, refuseOldNode, root } from './checkout.mjs';

refuseOldNode();
await installDependencies();
await build();

const [program, ...args] = process.argv.slice(2);
if (program) {
  process.argv = [process.execPath, path.join(root, 'dist', `${program}.js`), ...args];
  Module.runMain();
}
