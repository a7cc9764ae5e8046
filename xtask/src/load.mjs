// Puts load on `ordinal api`: many watches and requests, as of a class, for a while. Every watch must tell the same changes
// in the same order as the server's own list of them. Figures are printed; what was lost or reordered is an error.
//
//   cargo build --release && node xtask/src/load.mjs [watches] [requests a second] [seconds]
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [watches = 1000, perSecond = 200, seconds = 60] = process.argv.slice(2).map(Number);
const program = process.env.ORDINAL ?? fileURLToPath(new URL('../../target/release/ordinal', import.meta.url));
/** Three pods, which nothing but the load changes. */
const STORY = `ordinal 1
seed 7
nodes 3
kubectl apply -f - <<EOF
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: nginx }] }
EOF
`;
/** One of so many requests changes an object. */
const WRITES = 10;
const PODS = '/api/v1/namespaces/default/pods';

const folder = mkdtempSync(join(tmpdir(), 'ordinal-load-'));
const story = join(folder, 'load.ordinal');
writeFileSync(story, STORY);
const server = spawn(program, ['api', story, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
const origin = await new Promise((done) => {
  server.stdout.on('data', (bytes) => {
    const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(String(bytes)) ?? [];
    if (address) done(address);
  });
});
// However this ends, the server ends with it.
process.on('exit', () => {
  server.kill();
  rmSync(folder, { recursive: true });
});
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

function ask(method, path, body) {
  return new Promise((done, failed) => {
    const headers = { 'content-type': 'application/merge-patch+json' };
    const request = http.request(origin + path, { method, agent, headers }, (response) => {
      let text = '';
      response.on('data', (bytes) => (text += bytes));
      response.on('end', () => (response.statusCode < 300 ? done(text) : failed(new Error(`${method} ${path}: ${response.statusCode} ${text}`))));
    });
    request.on('error', failed);
    request.end(body);
  });
}

/** A watch: the changes that it has told, as type, name, and version. */
function watch(version, query = '') {
  const told = [];
  const request = http.get(`${origin}${PODS}?watch=true&resourceVersion=${version}${query}`, { agent: false }, (response) => {
    let rest = '';
    response.setEncoding('utf8').on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      for (const line of lines) {
        const [, type] = /^\{"type":"(\w+)"/.exec(line);
        const [, name] = /"name":"(web-\d+)","namespace"/.exec(line) ?? [];
        const [, at] = /"resourceVersion":"(\d+)"/.exec(line) ?? [];
        told.push(`${type} ${name} ${at}`);
      }
    });
  });
  request.on('error', () => {});
  return { told, end: () => request.destroy() };
}

// Until the pods are there.
await new Promise((done) => setTimeout(done, 30_000));
const version = JSON.parse(await ask('GET', PODS)).metadata.resourceVersion;
const all = Array.from({ length: watches }, () => watch(version));
await new Promise((done) => setTimeout(done, 2_000));

const latencies = [];
const refused = [];
const pending = [];
const begin = performance.now();
for (let number = 0; number < perSecond * seconds; number += 1) {
  const due = begin + (number * 1000) / perSecond;
  while (performance.now() < due) await new Promise((done) => setTimeout(done, 1));
  const start = performance.now();
  const body = JSON.stringify({ metadata: { labels: { n: String(number) } } });
  const request = number % WRITES === 0 ? ask('PATCH', `${PODS}/web-${(number / WRITES) % 3}`, body) : ask('GET', `${PODS}/web-${number % 3}`);
  pending.push(
    request.then(
      () => latencies.push(performance.now() - start),
      (error) => refused.push(error),
    ),
  );
}
await Promise.all(pending);
const took = (performance.now() - begin) / 1000;

// What the server has of it, in order: a watch that begins now, from the version before the load.
const reference = watch(version);
await new Promise((done) => setTimeout(done, 5_000));
const wanted = reference.told.join('\n');
const lost = all.filter(({ told }) => told.join('\n') !== wanted);
latencies.sort((one, other) => one - other);
const part = (share) => latencies[Math.floor(latencies.length * share)]?.toFixed(1);
console.log(`${watches} watches, ${pending.length} requests in ${took.toFixed(1)} s (${(pending.length / took).toFixed(0)} a second), ${refused.length} refused`);
console.log(`latency: median ${part(0.5)} ms, 95 in 100 below ${part(0.95)} ms, 99 in 100 below ${part(0.99)} ms`);
console.log(`changes: ${reference.told.length}; ${all.length - lost.length} of ${all.length} watches have told all of them, in order`);
if (refused[0]) console.log(String(refused[0]));
for (const { end } of [...all, reference]) end();
process.exit(lost.length + refused.length ? 1 : 0);
