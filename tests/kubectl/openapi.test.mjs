// A real kubectl reads the types of the API to explain them, to validate manifests, and to make patches.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { KUBECTL, withKubectl } from './client.mjs';

/** The kubectl on the path, if there is one: it may be older. */
function other() {
  try {
    execFileSync('kubectl', ['version', '--client'], { stdio: 'ignore' });
    return ['kubectl'];
  } catch {
    return [];
  }
}

for (const kubectl of [KUBECTL, ...other()]) {
  test(`the types of the API are what ${kubectl.replace(/.*\//, '')} needs`, { timeout: 120_000 }, () =>
    withKubectl('openapi', async ({ cluster, run, prints, has }) => {
      await has('kubectl explain sts.spec.replicas', /^FIELD: replicas <integer>$/m, /desired number of replicas/);
      await has('kubectl explain pods.spec.containers.ports --output=plaintext-openapiv2', /^RESOURCE: ports <\[\]Object>$/m, /^ +containerPort\t<integer> -required-$/m);
      await prints('kubectl apply -f web.yaml', 'service/nginx created\nstatefulset.apps/web created\n');
      const { exit, stdout } = await run('kubectl diff -f web-changed.yaml');
      assert.equal(exit, 1);
      const changes = stdout.split('\n').filter((line) => /^[+-] /.test(line) && !/generation|resourceVersion/.test(line));
      assert.deepEqual(changes.map((line) => line.replace(/ +/, ' ')), ['- replicas: 2', '+ replicas: 1', '- - name: A', '- value: "1"', '- image: nginx:1', '+ - name: B', '+ value: "2"', '+ image: nginx:9']);
      await prints('kubectl apply -f web-changed.yaml', 'service/nginx unchanged\nstatefulset.apps/web configured\n');
      await prints("kubectl get sts web -o jsonpath='{.spec.template.spec.containers[0].env}'", '[{"name":"B","value":"2"}]');
      // Names identify list items.
      assert.match(await cluster.recipe(), /"\$patch":"delete","name":"A"/);
      assert.match((await run('kubectl apply -f web-misspelled.yaml')).stderr, /strict decoding error: unknown field "spec.replica"/);
    }, kubectl));
}
