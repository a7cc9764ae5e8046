// A real kubectl works with HorizontalPodAutoscalers in autoscaling/v1 and autoscaling/v2 on a served cluster.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withKubectl } from './client.mjs';
import { until } from './compare.mjs';

const V1 = 'horizontalpodautoscalers.v1.autoscaling';

test('a real kubectl uses autoscaling/v1', { timeout: 120_000 }, () =>
  withKubectl('autoscaling', async ({ prints, refuses, has, follow }) => {
    await has('kubectl api-versions', /^autoscaling\/v1\nautoscaling\/v2$/m);
    await has('kubectl api-resources', /^horizontalpodautoscalers +hpa +autoscaling\/v2 +true +HorizontalPodAutoscaler$/m);
    await prints('kubectl create deployment web --image=nginx --replicas=3', 'deployment.apps/web created\n');
    await prints('kubectl apply -f autoscaler-v1.yaml', 'horizontalpodautoscaler.autoscaling/older created\n');
    await prints('kubectl apply -f autoscaler-v1.yaml', 'horizontalpodautoscaler.autoscaling/older unchanged\n');
    await prints('kubectl diff -f autoscaler-v1.yaml', '');
    const table = /^NAME +REFERENCE +TARGETS +MINPODS +MAXPODS +REPLICAS +AGE\nolder +StatefulSet\/web +cpu: <unknown>\/50% +2 +4 +0 +\d+s\n$/;
    for (const type of ['hpa', 'hpa.v1.autoscaling', V1]) await has(`kubectl get ${type}`, table);
    await has(`kubectl get ${V1} older -o yaml`, /^apiVersion: autoscaling\/v1$/m, /^ {2}targetCPUUtilizationPercentage: 50$/m);
    await has('kubectl get hpa older -o yaml', /^apiVersion: autoscaling\/v2$/m, /averageUtilization: 50/);
    // What v1 has no field for is in annotations.
    await prints('kubectl autoscale deployment web --max=5 --cpu=60% --memory=100Mi', 'horizontalpodautoscaler.autoscaling/web autoscaled\n');
    await prints(
      `kubectl get ${V1} web -o jsonpath='{.spec.targetCPUUtilizationPercentage} {.metadata.annotations.autoscaling\\.alpha\\.kubernetes\\.io/metrics}'`,
      '60 [{"type":"Resource","resource":{"name":"memory","targetAverageValue":"100Mi"}}]',
    );
    await prints(`kubectl get ${V1} web -o jsonpath='{.spec.minReplicas} {.spec.metrics}'`, '1 ');
    // Writes in v1 keep what they do not mention.
    const watch = follow(`kubectl get ${V1} web -w -o jsonpath='{.apiVersion} {.spec.targetCPUUtilizationPercentage}{"\\n"}'`);
    await until('the watch begins', () => /60/.test(watch.printed));
    await prints(`kubectl patch ${V1} web --type=merge -p '{"spec":{"targetCPUUtilizationPercentage":70}}'`, 'horizontalpodautoscaler.autoscaling/web patched\n');
    await until('the watch shows the change', () => /autoscaling\/v1 70/.test(watch.printed));
    watch.end();
    await prints(`kubectl get hpa web -o jsonpath='{.spec.metrics[*].resource.name} {.spec.metrics[1].resource.target.averageUtilization}'`, 'memory cpu 70');
    await prints(`kubectl annotate ${V1} web team=shop`, 'horizontalpodautoscaler.autoscaling/web annotated\n');
    await prints('kubectl apply --server-side --force-conflicts -f autoscaler-v1.yaml', 'horizontalpodautoscaler.autoscaling/older serverside-applied\n');
    await prints('kubectl replace -f autoscaler-v1.yaml', 'horizontalpodautoscaler.autoscaling/older replaced\n');
    await has('kubectl explain hpa.spec --api-version=autoscaling/v1', /^VERSION: +v1$/m, /targetCPUUtilizationPercentage\t<integer>/);
    await refuses(`kubectl get ${V1} nothing`, 'Error from server (NotFound): horizontalpodautoscalers.autoscaling "nothing" not found\n');
    await prints('kubectl delete -f autoscaler-v1.yaml', 'horizontalpodautoscaler.autoscaling "older" deleted from default namespace\n');
    await prints(`kubectl delete ${V1} web`, 'horizontalpodautoscaler.autoscaling "web" deleted from default namespace\n');
    assert.equal((await has('kubectl get hpa', /^$/)), '');
  }));
