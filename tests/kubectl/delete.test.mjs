// A real kubectl deletes everything, as at the end of a workshop.
import { test } from 'node:test';
import { withKubectl } from './client.mjs';

test('everything can be deleted, and the Service of the API server is there again', { timeout: 120_000 }, () =>
  withKubectl('delete', async ({ prints }) => {
    await prints('kubectl create configmap settings --from-literal=a=1', 'configmap/settings created\n');
    await prints('kubectl create service clusterip web --tcp=80', 'service/web created\n');
    await prints(
      'kubectl delete all --all --timeout=30s',
      'service "kubernetes" deleted from default namespace\nservice "web" deleted from default namespace\n',
    );
    await prints('kubectl get services -o name', 'service/kubernetes\n');
  }));
