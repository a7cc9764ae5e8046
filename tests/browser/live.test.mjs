// A cluster that `ordinal api` runs: the page shows what clients do, and what is done on the page happens in the cluster.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { accessibilityViolations, labTest, press, run, textOf, until } from './lab.mjs';
import { SITE } from './site.mjs';

const PROGRAM = process.env.ORDINAL ?? fileURLToPath(new URL('../../target/debug/ordinal', import.meta.url));
const STORY = fileURLToPath(new URL('../../static/stories/first.ordinal', import.meta.url));
const SET = '/apis/apps/v1/namespaces/default/statefulsets/web';

/** Serves clusters on a free port. */
async function serveCluster(...options) {
  const program = spawn(PROGRAM, ['api', '--port', '0', '--page', SITE, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  const origin = await new Promise((done, failed) => {
    program.stdout.on('data', (bytes) => {
      printed += bytes;
      const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(printed) ?? [];
      if (address) done(address);
    });
    program.on('exit', () => failed(new Error(`ordinal api has ended: ${printed}`)));
  });
  return { origin, close: () => program.kill() };
}

/** A test on the page of a cluster. */
function liveTest(name, options, body) {
  let cluster;
  const before = async () => {
    cluster = await serveCluster(...(options.cluster ?? []));
    return cluster.origin + (options.path ?? '/');
  };
  labTest(name, { ...options, before, after: () => cluster?.close() }, (all) => {
    /** Asks the API. */
    const api = async (method, path, patch) => {
      const headers = { 'content-type': 'application/merge-patch+json' };
      const response = await fetch(cluster.origin + (options.base ?? '') + path, { method, headers, body: patch && JSON.stringify(patch) });
      return response.json();
    };
    return body({ ...all, cluster, api });
  });
}

const replicas = async (api) => (await api('GET', SET)).spec?.replicas;
const shown = async (lab) => (await run(lab, 'kubectl get statefulset web -o jsonpath={.spec.replicas}')).stdout;

liveTest('what a client does is shown, and what is done on the page happens in the cluster', { cluster: [STORY] }, async ({ page, lab, api }) => {
  await until('the page is live', async () => (await textOf(lab, '.live')).includes('● Live'));
  await api('PATCH', SET, { spec: { replicas: 5 } });
  await until('the page shows it', async () => (await shown(lab)) === '5');
  await run(lab, 'kubectl scale statefulset web --replicas=2');
  await until('the cluster has it', async () => (await replicas(api)) === 2);
  await until('the page stays live', async () => (await shown(lab)) === '2' && (await textOf(lab, '.live')).includes('● Live'));
  assert.deepEqual(await accessibilityViolations(page), []);
});

liveTest('the past is shown until the page goes live again', { cluster: [STORY] }, async ({ lab, api }) => {
  await until('the page is live', async () => (await textOf(lab, '.live')).includes('● Live'));
  await until('time passes', () => lab.evaluate(async (element) => element.shadowRoot.querySelector('.clock').textContent > '0:02'));
  await lab.evaluate((element) => element.seek(1000));
  assert.match(await textOf(lab, '.live'), /Go live/);
  await api('PATCH', SET, { spec: { replicas: 4 } });
  assert.equal(await textOf(lab, '.clock'), '0:01.0');
  await press(lab, 'Go live');
  await until('it is live', async () => (await textOf(lab, '.live')).includes('● Live') && (await shown(lab)) === '4');
});

liveTest('a change in the past is a change of the cluster', { cluster: [STORY] }, async ({ lab, api }) => {
  await until('the page is live', async () => (await textOf(lab, '.live')).includes('● Live'));
  await api('PATCH', SET, { spec: { replicas: 5 } });
  await until('the page shows it', async () => (await shown(lab)) === '5');
  await lab.evaluate((element) => element.seek(0));
  await run(lab, 'kubectl cordon node-2');
  await until('the cluster has it', async () => (await api('GET', '/api/v1/nodes/node-2')).spec?.unschedulable === true);
  assert.equal(await replicas(api), 3);
});

liveTest('the cluster is paused for everybody', { cluster: [STORY] }, async ({ lab, api }) => {
  await until('the page is live', async () => (await textOf(lab, '.live')).includes('● Live'));
  await press(lab, 'Pause cluster');
  await until('it says so', async () => (await textOf(lab, '.live')).includes('The cluster is paused'));
  const version = async () => (await api('GET', '/api/v1/pods')).metadata.resourceVersion;
  const before = await version();
  await lab.evaluate(() => new Promise((done) => setTimeout(done, 1500)));
  assert.equal(await version(), before);
  await press(lab, 'Resume cluster');
  await until('it goes on', async () => (await version()) !== before);
});

// A page that is left ends its connection.
liveTest('everybody in a class has a cluster', { cluster: [STORY, '--clusters', '3'], path: '/c/2/', base: '/c/2', expects: /^failed request: .*ordinal.run$/ }, async ({ page, lab, api, cluster }) => {
  await until('the page is live', async () => (await textOf(lab, '.live')).includes('● Live'));
  await run(lab, 'kubectl scale statefulset web --replicas=1');
  await until('the cluster has it', async () => (await replicas(api)) === 1);
  const other = await (await fetch(`${cluster.origin}/c/1${SET}`)).json();
  assert.equal(other.spec.replicas, 3);
  for (const path of ['/', '/trainer']) {
    await page.goto(cluster.origin + path);
    assert.deepEqual(await accessibilityViolations(page), []);
  }
  await until('the trainer sees it', () => page.evaluate(() => / pods Ready/.test(document.querySelectorAll('output')[1].textContent)));
  await page.evaluate(() => {
    globalThis.confirm = () => true;
    document.querySelectorAll('button')[1].click();
  });
  await until('the cluster is reset', async () => (await replicas(api)) === 3);
});
