// A plugin for esbuild, which does not follow new URL(..., import.meta.url): it keeps the element in a separate folder next
// to the bundle. Usage: build({ format: 'esm', outdir: ..., plugins: [ordinal()] })
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGE = fileURLToPath(new URL('../', import.meta.url));

export default function ordinal() {
  return {
    name: 'ordinal-lab',
    setup: ({ initialOptions, onResolve, onEnd }) => {
      onResolve({ filter: /^ordinal-lab$/ }, () => ({ path: './ordinal-lab/element.js', external: true, sideEffects: true }));
      onEnd(() => cp(PACKAGE, join(initialOptions.outdir, 'ordinal-lab'), { recursive: true }));
    },
  };
}
