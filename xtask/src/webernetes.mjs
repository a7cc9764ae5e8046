// The CPU time that @ngrok/webernetes takes until the pods of a Deployment are Ready, for `cargo xtask
// bench`: `node webernetes.mjs PACKAGE REPLICAS` prints milliseconds. PACKAGE is the installed package, which
// is bundled first because Node cannot import its files as they are.
import { build } from 'esbuild';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [library, replicas] = [process.argv[2], Number(process.argv[3])];
const folder = await mkdtemp(join(library, 'bundle-'));
const outfile = join(folder, 'webernetes.mjs');
await build({
  entryPoints: [join(library, 'node_modules/@ngrok/webernetes/dist/index.js')],
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile,
  banner: { js: "import { createRequire } from 'module'; const require = createRequire(import.meta.url);" },
});
const { BaseImage, Cluster } = await import(pathToFileURL(outfile));
await rm(folder, { recursive: true });

class Web extends BaseImage {
  static imageName = 'web';
  static imageVersion = '1';
  defaultCommand = ['server'];
  exec(context) {
    return context.waitUntilKilled();
  }
}

const cluster = new Cluster();
cluster.registerImage(Web);
await cluster.init();
const ready = new Set();
const isReady = (pod) => pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
const all = new Promise((resolve) => {
  const informer = cluster.informer('pods', (_, pod) => {
    if (isReady(pod)) ready.add(pod.metadata.name);
    if (ready.size === replicas) resolve();
  }, { namespace: 'default' });
  informer.start();
});
const before = process.cpuUsage();
await cluster.apply([{
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'web:1' }] },
    },
  },
}]);
await all;
const { user, system } = process.cpuUsage(before);
console.log(((user + system) / 1000).toFixed(0));
process.exit(0);
