#!/usr/bin/env node
// What `npm link` puts on the PATH from a checkout: Node strips the types itself there. It refuses to below node_modules,
// so that `npm run pack` makes a package of plain JavaScript instead.
const [major] = process.versions.node.split('.').map(Number);
if (major < 24) {
  process.stderr.write(
    `kubectl-code needs Node 24 or newer; this is ${process.versions.node}: install it from nodejs.org\n`,
  );
  process.exitCode = 4;
} else {
  await import('./main.ts');
}
