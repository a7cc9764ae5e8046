// A real kubectl runs commands in containers, which read what it sends.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { KUBECTL, withKubectl } from './client.mjs';

test('commands in containers read and print', { timeout: 120_000 }, () =>
  withKubectl('exec', async ({ cluster, prints }) => {
    await prints('kubectl apply -f web.yaml', 'service/nginx created\nstatefulset.apps/web created\n');
    await prints('kubectl wait --for=condition=Ready pod/web-0 --timeout=60s', 'pod/web-0 condition met\n');
    const kubectl = [KUBECTL, `--server=${cluster.origin}`];
    const sh = (script) => {
      const { status, stdout, stderr } = spawnSync('sh', ['-c', script.replaceAll('kubectl ', `${kubectl.join(' ')} `)], { encoding: 'utf8' });
      return { status, stdout, stderr };
    };
    const gives = (script, stdout) => assert.deepEqual(sh(script), { status: 0, stdout, stderr: '' }, script);
    gives('kubectl exec web-0 -- hostname', 'web-0\n');
    // Again and again: if the connection is closed too early, what was printed is lost.
    for (let turn = 0; turn < 10; turn += 1) gives('kubectl exec -i web-0 -- hostname < /dev/null', 'web-0\n');
    gives("echo 'echo one; hostname' | kubectl exec -i web-0 -- sh", 'one\nweb-0\n');
    gives('(sleep 0.3; echo late) | kubectl exec -i web-0 -- cat', 'late\n');
    gives("printf 'a: 1\\n' | kubectl exec -i web-0 -- sh -c 'cat > /tmp/file'", '');
    gives('kubectl exec web-0 -- cat /tmp/file', 'a: 1\n');
    const refused = sh('kubectl exec -i nothing -- cat < /dev/null');
    assert.deepEqual([refused.status, refused.stderr], [1, 'Error from server (NotFound): pods "nothing" not found\n']);
    assert.equal(sh("kubectl exec -i web-0 -- sh -c 'exit 3' < /dev/null").status, 3);
    // On a terminal, where there is a program that makes one.
    if (spawnSync('script', ['--version']).error) return;
    const { stdout } = sh('(sleep 2) | script -qec "kubectl exec -it web-0 -- hostname" /dev/null');
    assert.equal(stdout, 'web-0\r\n');
  }));
