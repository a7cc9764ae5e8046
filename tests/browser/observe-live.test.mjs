// A real cluster, live: the page and the API behind the real `kubectl proxy`, with `ordinal api` or a server that replays
// a recording and fails in the ways that real ones do.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { accessibilityViolations, labTest, pause, press, run, textOf, until } from './lab.mjs';
import { hasKubectl, manyPods, proxy, ReplayServer } from './replay.mjs';

const PROGRAM = process.env.ORDINAL ?? fileURLToPath(new URL('../../target/debug/ordinal', import.meta.url));
const STORY = fileURLToPath(new URL('../../static/stories/first.ordinal', import.meta.url));
const RECORDING = (await readFile(new URL('../data/live/story-a.ndjson', import.meta.url), 'utf8')).trim().split('\n').map((line) => JSON.parse(line));
/** What browsers say of answers that are part of a test. */
const ANSWERS = /^(40[34]|410|50[0234]): |Failed to load resource|failed request: .*\/apis?\//;

const badge = (lab) => textOf(lab, '.badge');
const isLive = (lab) => until('the page is live', async () => (await badge(lab)) === 'LIVE');
const pods = async (lab, namespace = 'demo-a') => (await run(lab, `kubectl get pods -n ${namespace}`)).stdout;
const seesPod = (lab, pattern) => until(`the page shows ${pattern}`, async () => pattern.test(await pods(lab)));

/** Serves `ordinal api` on a free port. */
async function serveCluster() {
  const program = spawn(PROGRAM, ['api', STORY, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const origin = await new Promise((done, failed) => {
    let printed = '';
    program.stdout.on('data', (bytes) => {
      printed += bytes;
      const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(printed) ?? [];
      if (address) done(address);
    });
    program.on('exit', () => failed(new Error(`ordinal api has ended: ${printed}`)));
  });
  return { origin, close: () => program.kill() };
}

/** A test behind `kubectl proxy`. `path` is that of the page; `server` makes the API server. */
function proxiedTest(name, { path = '/static/?live', server, ...options }, body) {
  if (!hasKubectl) return;
  let api;
  let front;
  const before = async () => {
    api = await server();
    front = await proxy(api.origin).catch((error) => {
      api.close();
      throw error;
    });
    return front.origin + path;
  };
  const after = () => {
    front?.close();
    api?.close();
  };
  labTest(name, { expects: ANSWERS, ...options, before, after }, (all) => body({ ...all, api }));
}

const replay = (prepare = () => {}) => async () => {
  const server = new ReplayServer(RECORDING);
  server.playTo(9_000);
  prepare(server);
  return server.start();
};

proxiedTest('ordinal api is followed through kubectl proxy, and nothing is written to it', { server: serveCluster }, async ({ page, lab, api }) => {
  await isLive(lab);
  await until('all pods are there', async () => /web-0 +1\/1/.test(await pods(lab, 'default')));
  const set = `${api.origin}/apis/apps/v1/namespaces/default/statefulsets/web`;
  const headers = { 'content-type': 'application/merge-patch+json' };
  await fetch(set, { method: 'PATCH', headers, body: JSON.stringify({ spec: { replicas: 4 } }) });
  await until('the page shows it', async () => (await run(lab, 'kubectl get sts web -o jsonpath={.spec.replicas}')).stdout === '4');
  assert.match((await run(lab, 'kubectl scale statefulset web --replicas=1')).stderr, /nothing is written to it/);
  assert.match((await run(lab, 'node node-1 off')).stderr, /nothing is written to it/);
  await pause(1_000);
  assert.equal((await (await fetch(set)).json()).spec.replicas, 4);
  assert.equal(await badge(lab), 'LIVE');
  assert.deepEqual(await accessibilityViolations(page), []);
});

proxiedTest('nothing is asked before somebody connects, and then only with GET', { path: '/static/', server: replay() }, async ({ page, lab, api }) => {
  await press(lab, 'Cluster');
  await until('the dialog is open', () => lab.evaluate((element) => Boolean(element.shadowRoot.querySelector('dialog.cluster[open]'))));
  await pause(1_500);
  assert.deepEqual(api.asked, []);
  assert.deepEqual(await accessibilityViolations(page), []);
  const name = (text) =>
    lab.evaluate((element, it) => {
      element.shadowRoot.querySelector('dialog.cluster input').value = it;
    }, text);
  await name('../nodes');
  await press(lab, 'Connect');
  await until('the name is rejected', async () => (await textOf(lab, '#cluster-problem')).includes('not the name of a namespace'));
  assert.deepEqual(api.asked, []);
  await name('demo-a');
  await press(lab, 'Connect');
  await isLive(lab);
  await seesPod(lab, /web-0 +1\/1/);
  assert.ok(api.asked.includes('GET /api/v1/namespaces/demo-a/pods?limit=250'));
  assert.deepEqual(api.asked.filter((it) => !/^GET (\/version|\/apis?\/[a-z0-9./]+\/(namespaces\/demo-a\/)?[a-z]+\?[^ ]+)$/.test(it)), []);
  await press(lab, 'Cluster');
  await until('the traffic is said', async () => /Connected: \d+ objects; \d+ GET requests/.test(await textOf(lab, '#cluster-problem')));
  assert.deepEqual(await accessibilityViolations(page), []);
  await press(lab, 'Disconnect');
  await until('it is a recording', async () => (await badge(lab)) === 'RECORDED');
  const { length } = api.asked;
  await pause(3_000);
  assert.equal(api.asked.length, length);
  const stored = await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]));
  assert.ok(!stored.includes('demo-a'), stored);
});

proxiedTest('one can look back and try something while it continues', { path: '/static/?live=demo-a', server: replay() }, async ({ lab, api }) => {
  await isLive(lab);
  await seesPod(lab, /web-2 +1\/1/);
  await lab.evaluate((element) => element.seek(0));
  await until('it is the past', async () => (await badge(lab)) === 'RECORDED');
  api.playTo(23_000);
  await pause(1_000);
  assert.doesNotMatch(await pods(lab), /Terminating/);
  await press(lab, 'Go live');
  await isLive(lab);
  await seesPod(lab, /web-0 +1\/1 +Terminating/);
  await press(lab, 'What if?');
  await until('it is a simulation', async () => (await badge(lab)) === 'SIMULATED');
  assert.equal((await run(lab, 'kubectl delete pod web-1 -n demo-a --force --grace-period=0')).exit, 0);
  api.playTo(46_000);
  const later = [...(await (await fetch(`${api.origin}/api/v1/pods`)).json()).items].map((pod) => pod.metadata.uid).sort();
  await pause(3_000);
  assert.equal(await badge(lab), 'SIMULATED');
  await press(lab, 'Undo');
  await until('the deletion is undone', async () => (await badge(lab)) === 'SIMULATED');
  await press(lab, 'Undo');
  await isLive(lab);
  const uids = async () => (await run(lab, "kubectl get pods -A -o jsonpath='{.items[*].metadata.uid}'")).stdout.split(' ').sort();
  await until('what arrived in the meantime is there', async () => JSON.stringify(await uids()) === JSON.stringify(later));
});

proxiedTest('lost connections, 410 Gone, slow streams, and kinds that may not be read', { timeout: 120_000, server: replay((api) => api.forbidden.add('nodes')) }, async ({ page, lab, api }) => {
  await isLive(lab);
  assert.match(await textOf(lab, '.notice'), /nodes \(403\)/);
  // Connections break, and the server forgets what it told.
  api.disconnect();
  api.playTo(20_000);
  api.compact();
  await seesPod(lab, /web-4 +1\/1/);
  api.isSlow = true;
  api.playTo(23_000);
  await seesPod(lab, /web-0 +1\/1 +Terminating/);
  api.isSlow = false;
  // Nobody answers.
  api.isDown = true;
  api.disconnect();
  await until('it says that it is not live', async () => /^NOT LIVE: .*trying again in \d+ s$/.test(await badge(lab)));
  assert.match(await textOf(lab, '.badge [role=status]'), /^NOT LIVE: (kubectl proxy cannot reach the API server|the connection was lost)$/);
  assert.deepEqual(await accessibilityViolations(page), []);
  api.playTo(46_000);
  api.isDown = false;
  await isLive(lab);
  const { items } = await (await fetch(`${api.origin}/api/v1/pods`)).json();
  const uids = async () => (await run(lab, "kubectl get pods -A -o jsonpath='{.items[*].metadata.uid}'")).stdout.split(' ').sort();
  const expected = JSON.stringify(items.map((pod) => pod.metadata.uid).sort());
  await until('the page has what the server has', async () => JSON.stringify(await uids()) === expected);
  assert.deepEqual(api.asked.filter((it) => !it.startsWith('GET ')), []);
});

labTest('without an API, one sentence says what to run', { expects: ANSWERS }, async ({ lab }) => {
  await press(lab, 'Cluster');
  await until('the dialog is open', () => lab.evaluate((element) => Boolean(element.shadowRoot.querySelector('dialog.cluster[open]'))));
  await press(lab, 'Connect');
  await until('it is said', async () => /no Kubernetes API at the address of this page; serve both with: kubectl proxy --www=/.test(await textOf(lab, '#cluster-problem')));
  assert.equal(await badge(lab), '');
});

const many = async () => {
  const server = new ReplayServer(manyPods(10_000, 20));
  server.playTo(0);
  return server.start();
};

proxiedTest('10,000 pods are followed, and the page stays usable', { timeout: 300_000, server: many }, async ({ page, lab, api }) => {
  const began = Date.now();
  for (let turn = 0; (await badge(lab)) !== 'LIVE'; turn += 1) {
    assert.ok(turn < 1_000, 'it is not live in time');
    await pause(100);
  }
  const connected = Date.now() - began;
  const requests = api.asked.length;
  const sent = api.sent;
  // The picture of the story before is gone.
  const isDrawn = () => lab.evaluate((element) => !element.shadowRoot.querySelector('.picture').textContent.includes('zone a'));
  for (let turn = 0; !(await isDrawn()); turn += 1) {
    assert.ok(turn < 300, 'the picture is not drawn in time');
    await pause(100);
  }
  const { items } = await (await fetch(`${api.origin}/api/v1/pods?limit=1`)).json();
  const [pod] = items;
  pod.status.phase = 'Failed';
  pod.status.conditions = [];
  const changed = Date.now();
  api.put('pods', pod);
  const phase = async () => (await run(lab, `kubectl get pod ${pod.metadata.name} -n big -o jsonpath={.status.phase}`)).stdout;
  while ((await phase()) !== 'Failed') {
    assert.ok(Date.now() - changed < 30_000, 'the change is not shown in time');
    await pause(100);
  }
  const shown = Date.now() - changed;
  const longest = await page.evaluate(
    () =>
      new Promise((done) => {
        let [last, worst, frames] = [performance.now(), 0, 0];
        const frame = (now) => {
          worst = Math.max(worst, now - last);
          last = now;
          frames += 1;
          if (frames < 120) requestAnimationFrame(frame);
          else done(worst);
        };
        requestAnimationFrame(frame);
      }),
  );
  console.log(`10,000 pods: live after ${connected} ms, ${requests} requests, ${sent} bytes; a change is shown after ${shown} ms; longest frame ${longest.toFixed(0)} ms`);
  assert.ok(longest < 1_000, `a frame takes ${longest} ms`);
});
