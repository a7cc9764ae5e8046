// Uses a served cluster through @kubernetes/client-node: list, an informer through a 410, create, patch, scale, exec, and delete.
import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import * as k8s from '@kubernetes/client-node';

const server = process.argv[2];
const config = new k8s.KubeConfig();
config.loadFromClusterAndUser({ name: 'ordinal', server, skipTLSVerify: true }, { name: 'ordinal' });
const core = config.makeApiClient(k8s.CoreV1Api);
const apps = config.makeApiClient(k8s.AppsV1Api);
const namespace = 'default';

async function until(what, is) {
  for (const end = Date.now() + 60_000; !(await is()); ) {
    if (Date.now() > end) throw new Error(`not within a minute: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

const refused = (code, promise) => assert.rejects(promise, (error) => error.code === code);

assert.equal((await core.listNode()).items.length, 3);
const web = {
  metadata: { name: 'web' },
  spec: { serviceName: 'web', replicas: 2, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'db', image: 'db:1' }] } } },
};
const told = [];
const informer = k8s.makeInformer(config, `/api/v1/namespaces/${namespace}/pods`, () => core.listNamespacedPod({ namespace }));
for (const event of ['add', 'update', 'delete']) informer.on(event, ({ metadata }) => told.push(`${event} ${metadata.name}`));
const errors = [];
informer.on('error', (error) => {
  errors.push(error);
  informer.start();
});
await informer.start();
await apps.createNamespacedStatefulSet({ namespace, body: web });
await refused(409, apps.createNamespacedStatefulSet({ namespace, body: web }));
const ready = async () => (await apps.readNamespacedStatefulSet({ name: 'web', namespace })).status.readyReplicas ?? 0;
await until('two pods are Ready', async () => (await ready()) === 2);
await apps.patchNamespacedStatefulSetScale({ name: 'web', namespace, body: { spec: { replicas: 3 } } }, k8s.setHeaderOptions('Content-Type', k8s.PatchStrategy.MergePatch));
await until('three pods are Ready', async () => (await ready()) === 3);
assert.ok(told.includes('add web-2') && told.includes('update web-2'), String(told));
await refused(422, apps.patchNamespacedStatefulSet({ name: 'web', namespace, body: { spec: { replicas: -1 } } }, k8s.setHeaderOptions('Content-Type', k8s.PatchStrategy.StrategicMergePatch)));

let printed = '';
const out = new Writable({ write: (bytes, _, done) => ((printed += bytes), done()) });
const status = await new Promise((done, failed) => new k8s.Exec(config).exec(namespace, 'web-0', 'db', ['hostname'], out, out, null, false, done).catch(failed));
assert.deepEqual([printed.trim(), status.status], ['web-0', 'Success']);

// A change in the past: the informer lists again.
const before = Number((await core.listNamespacedPod({ namespace })).metadata.resourceVersion);
await fetch(`${server}/ordinal/do`, { method: 'POST', body: JSON.stringify({ line: 'kubectl label node node-1 a=b', at: 1000 }) });
assert.ok(Number((await core.listNamespacedPod({ namespace })).metadata.resourceVersion) > before);
await core.createNamespacedPod({ namespace, body: { metadata: { name: 'late' }, spec: { containers: [{ name: 'a', image: 'a' }] } } });
await until('the informer tells the new pod', () => told.includes('add late'));
await core.deleteNamespacedPod({ name: 'late', namespace, gracePeriodSeconds: 0 });
await until('the informer tells that it is gone', () => told.includes('delete late'));
await informer.stop();
console.log('client-node: list, informer, create, patch, scale, exec, 410, and delete');
process.exit(0);
