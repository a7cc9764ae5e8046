// A real kubectl uses server-side apply: fields have managers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withKubectl } from './client.mjs';

/** The managers in the output: the operation, the name, and the fields of the data. */
const managers = (text) =>
  JSON.parse(text).metadata.managedFields.map(({ operation, manager, fieldsV1 }) => `${operation} ${manager} ${Object.keys(fieldsV1['f:data'] ?? {}).join(' ')}`.trim());

test('fields have managers', { timeout: 120_000 }, () =>
  withKubectl('managers', async ({ run, prints, refuses, has }) => {
    const get = 'kubectl get cm settings -o json --show-managed-fields';
    const who = async () => managers((await run(get)).stdout);
    await prints('kubectl create -f settings.yaml', 'configmap/settings created\n');
    assert.deepEqual(await who(), ['Update kubectl-create . f:color f:size']);
    assert.doesNotMatch((await run('kubectl get cm settings -o yaml')).stdout, /managedFields/);
    // A manager that applies the same value shares the field.
    await prints('kubectl apply --server-side -f settings.yaml', 'configmap/settings serverside-applied\n');
    assert.deepEqual(await who(), ['Apply kubectl f:color f:size', 'Update kubectl-create . f:color f:size']);
    // A field that is no longer applied is removed, unless another manager owns it.
    await prints('kubectl apply --server-side -f settings-shorter.yaml', 'configmap/settings serverside-applied\n');
    await prints("kubectl get cm settings -o jsonpath='{.data}'", '{"color":"red","size":"large"}');
    await prints('kubectl replace -f settings-shorter.yaml', 'configmap/settings replaced\n');
    await prints('kubectl apply --server-side --field-manager=other -f settings.yaml', 'configmap/settings serverside-applied\n');
    await prints('kubectl apply --server-side --field-manager=other -f settings-shorter.yaml', 'configmap/settings serverside-applied\n');
    await prints("kubectl get cm settings -o jsonpath='{.data}'", '{"color":"red"}');
    // A value that differs from another manager's is a conflict.
    await prints(`kubectl patch cm settings --type=merge -p '{"data":{"color":"blue"}}'`, 'configmap/settings patched\n');
    const { exit, stderr } = await run('kubectl apply --server-side -f settings.yaml');
    assert.equal(exit, 1);
    assert.match(stderr, /^error: Apply failed with 1 conflict: conflict with "kubectl-patch" using v1: \.data\.color\nPlease review the fields above/);
    await prints('kubectl apply --server-side --force-conflicts --dry-run=server -f settings.yaml', 'configmap/settings serverside-applied (server dry run)\n');
    await prints("kubectl get cm settings -o jsonpath='{.data.color}'", 'blue');
    await prints('kubectl apply --server-side --force-conflicts -f settings.yaml', 'configmap/settings serverside-applied\n');
    await prints("kubectl get cm settings -o jsonpath='{.data}'", '{"color":"red","size":"large"}');
    assert.deepEqual(await who(), ['Apply other', 'Apply kubectl f:color f:size', 'Update kubectl-create']);
    await refuses('kubectl apply --server-side --field-manager= -f settings.yaml', 'The PatchOptions "" is invalid: fieldManager: Required value: is required for apply patch\n');
    // Server-side apply takes over fields from client-side apply.
    await prints('kubectl delete cm settings', 'configmap "settings" deleted from default namespace\n');
    await prints('kubectl apply -f settings.yaml', 'configmap/settings created\n');
    await prints('kubectl apply --server-side -f settings-shorter.yaml', 'configmap/settings serverside-applied\n');
    await prints("kubectl get cm settings -o jsonpath='{.data}'", '{"color":"red"}');
    assert.deepEqual((await who()).sort(), ['Apply kubectl f:color', 'Apply kubectl-last-applied']);
    // Keys identify list items; components own what they write.
    await prints('kubectl apply --server-side -f web.yaml', 'service/nginx serverside-applied\nstatefulset.apps/web serverside-applied\n');
    await has('kubectl get sts web -o json --show-managed-fields', /"k:\{\\"containerPort\\":80,\\"protocol\\":\\"TCP\\"\}"/, /"manager": "kube-controller-manager",\n +"operation": "Update",\n +"subresource": "status"/);
    await prints('kubectl scale sts web --replicas=3', 'statefulset.apps/web scaled\n');
    const scaled = await run('kubectl apply --server-side -f web.yaml');
    assert.match(scaled.stderr, /conflict with "kubectl" with subresource "scale" using apps\/v1: \.spec\.replicas\n/);
  }));
