// A real kubectl works with custom resources on a served cluster.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withKubectl } from './client.mjs';
import { until } from './compare.mjs';

test('a real kubectl uses custom resources', { timeout: 120_000 }, () =>
  withKubectl('custom', async ({ cluster, prints, refuses, has, follow }) => {
    await refuses('kubectl get bk', 'error: the server doesn\'t have a resource type "bk"\n');
    await prints('kubectl apply -f backup-definition.yaml', 'customresourcedefinition.apiextensions.k8s.io/backups.example.com created\n');
    await prints('kubectl wait --for=condition=Established crd/backups.example.com --timeout=5s', 'customresourcedefinition.apiextensions.k8s.io/backups.example.com condition met\n');
    await has('kubectl api-resources --api-group=example.com', /^backups +bk +example.com\/v1 +true +Backup$/m);
    await prints('kubectl apply -f backup.yaml', 'backup.example.com/first created\n');
    await prints('kubectl apply -f backup.yaml', 'backup.example.com/first unchanged\n');
    await prints('kubectl diff -f backup.yaml', '');
    await has('kubectl get bk', /^NAME +SCHEDULE +PHASE +AGE\nfirst +daily +\d+s\n$/);
    await has('kubectl get backups -o wide', /^NAME +SCHEDULE +COPIES +PHASE +AGE\nfirst +daily +2 +\d+s\n$/);
    await has('kubectl get backups.v1beta1.example.com first -o yaml', /^apiVersion: example.com\/v1beta1$/m);
    await has('kubectl get all', /^backup.example.com\/first /m);
    await has('kubectl explain backup.spec', /^VERSION: +v1$/m, /schedule\t<string> -required-\n {2}enum: daily, weekly\n {4}How often data is copied\./);
    const watch = follow('kubectl get bk -w');
    await until('the watch begins', () => /first/.test(watch.printed));
    // The status is written separately from the spec.
    await prints(`kubectl patch bk first --type=merge -p '{"spec":{"schedule":"weekly"},"status":{"phase":"Done"}}'`, 'backup.example.com/first patched\n');
    await prints(`kubectl patch bk first --subresource=status --type=merge -p '{"spec":{"schedule":"daily"},"status":{"phase":"Running"}}'`, 'backup.example.com/first patched\n');
    await prints(`kubectl get bk first -o jsonpath='{.spec.schedule} {.status.phase} {.metadata.generation}'`, 'weekly Running 2');
    await refuses(`kubectl patch bk first --type=merge -p '{"spec":{"copies":10}}'`, 'The Backup "first" is invalid: spec.copies: Invalid value: 10: spec.copies in body should be less than or equal to 9\n');
    await refuses(`kubectl patch bk first -p '{"spec":{"copies":3}}'`, 'error: application/strategic-merge-patch+json is not supported by example.com/v1, Kind=Backup: the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml\n');
    await prints('kubectl replace -f backup.yaml', 'backup.example.com/first replaced\n');
    await prints('kubectl delete bk first', 'backup.example.com "first" deleted from default namespace\n');
    await until('the watch has told all', () => watch.printed.split('\n').length > 6);
    watch.end();
    const told = watch.printed.trim().split('\n').slice(1).map((line) => line.split(/ +/).slice(1, -1).join(' '));
    assert.deepEqual(told, ['daily', 'weekly', 'weekly Running', 'daily Running', 'daily Running']);
    await prints('kubectl delete crd backups.example.com', 'customresourcedefinition.apiextensions.k8s.io "backups.example.com" deleted\n');
    await refuses('kubectl get bk', 'Error from server (NotFound): Unable to list "example.com/v1, Resource=backups": the server could not find the requested resource\n');
    // The recipe can be replayed.
    assert.match(await cluster.recipe(), /kubectl patch backup\.example\.com first --subresource=status --type=merge/);
  }));
