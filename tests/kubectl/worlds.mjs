// Random worlds and random lines for them.
import { execFileSync } from 'node:child_process';

/** Random numbers that follow from a seed (mulberry32). */
export function dice(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end) => Math.floor(next() * end);
  return { below, one: (list) => list[below(list.length)] };
}

/** A recipe that `ordinal check` plays, and an instant of it. */
export function world(program, seed) {
  // kubectl 1.37 is the yardstick.
  const recipe = execFileSync(program, ['check', '--print', String(seed)], { encoding: 'utf8' }).replace(/^kubernetes .*$/m, 'kubernetes 1.37');
  const { below } = dice(seed);
  return { recipe, at: 5_000 + below(120_000) };
}

const FORMS = ['', '', '-o wide', '-o yaml', '-o json', '-o name', '--show-labels', '--no-headers', '-L app', "-o jsonpath='{.items[*].metadata.name}'", '-o custom-columns=NAME:.metadata.name,KIND:.kind'];
const TYPES = ['pods', 'sts', 'statefulsets', 'svc', 'pvc', 'pv', 'nodes', 'sc', 'controllerrevisions', 'pdb', 'deploy', 'rs', 'cm', 'endpointslices', 'ns', 'sa', 'po,svc', 'all', 'jobs', 'ingresses'];
const BROKEN = [
  'kubectl get nothing', 'kubectl get pods nothing', 'kubectl get pods/web-0 svc', 'kubectl get', 'kubectl describe pod nothing', 'kubectl delete pod', 'kubectl delete pod nothing',
  'kubectl scale sts web', 'kubectl scale sts nothing --replicas=1', 'kubectl scale sts web --replicas=-1', "kubectl patch sts web -p '{'", "kubectl patch sts web -p '{\"spec\":{\"replicas\":\"x\"}}'",
  "kubectl patch sts web -p '{\"spec\":{\"serviceName\":\"other\"}}'", "kubectl patch sts web --type=json -p '[{\"op\":\"remove\",\"path\":\"/spec/nothing\"}]'", 'kubectl rollout status sts/nothing', 'kubectl rollout undo sts/web --to-revision=99',
  'kubectl label pod web-0', 'kubectl label pod web-0 app=other', 'kubectl annotate sts web a', 'kubectl cordon nothing', 'kubectl taint nodes node-1 a', 'kubectl logs nothing', 'kubectl logs', 'kubectl exec nothing -- hostname',
  'kubectl get pods -o nothing', 'kubectl get pods -l "a b"', 'kubectl get pods --field-selector=spec.nothing=a', 'kubectl set image sts/web nothing=a', 'kubectl wait pod/nothing --for=condition=Ready --timeout=1s', 'kubectl explain nothing', 'kubectl explain sts.spec.nothing',
  'kubectl uncordon nothing', 'kubectl get sts web -o jsonpath={.spec', 'kubectl create namespace default', 'kubectl rollout restart pod/web-0', 'kubectl set image sts/web', 'kubectl get pods -n nothing', 'kubectl drain nothing',
];

/** A line for a world whose objects have these names, and the verb under which it is counted. */
export function line(random, names) {
  const { one, below } = random;
  const name = (list) => one(list.length ? list : ['nothing']);
  const pod = () => name(names.pods);
  const set = () => name(names.sets);
  const node = () => name(names.nodes);
  const any = () => one([`pod ${pod()}`, `sts ${set()}`, `node ${node()}`, `pvc ${name(names.claims)}`, `svc ${name(names.services)}`]);
  const lines = {
    get: () => one([`kubectl get ${one(TYPES)} ${one(FORMS)}`, `kubectl get ${any()} ${one(FORMS.filter((form) => !form.includes('items')))}`, `kubectl get ${one(TYPES)} -A`, `kubectl get pods -l app=${one(['web', 'db', 'other'])}`, `kubectl get pods --field-selector=spec.nodeName=${node()}`, `kubectl get pods --field-selector=status.phase=${one(['Running', 'Pending'])}`]),
    describe: () => `kubectl describe ${one([any(), any(), any(), 'sc standard', 'pv', `pdb`, `controllerrevisions`])}`,
    'rollout status': () => `kubectl rollout status sts/${set()} --watch=false`,
    'rollout history': () => `kubectl rollout history sts/${set()}${one(['', '', ' --revision=1', ' --revision=2'])}`,
    'rollout undo': () => `kubectl rollout undo sts/${set()}${one(['', ' --to-revision=1'])}`,
    'rollout restart': () => `kubectl rollout restart sts/${set()}`,
    'set image': () => `kubectl set image sts/${set()} ${one(['db', 'db', '*'])}=ordinal/db:${1 + below(3)}`,
    scale: () => `kubectl scale sts ${set()} --replicas=${below(6)}`,
    patch: () => one([`kubectl patch sts ${set()} -p '{"spec":{"replicas":${below(6)}}}'`, `kubectl patch sts ${set()} --type=merge -p '{"metadata":{"labels":{"x":"${below(9)}"}}}'`, `kubectl patch sts ${set()} --type=json -p '[{"op":"replace","path":"/spec/replicas","value":${below(6)}}]'`, `kubectl patch sts ${set()} -p '{"spec":{"updateStrategy":{"rollingUpdate":{"partition":${below(4)}}}}}'`, `kubectl patch pvc ${name(names.claims)} -p '{"spec":{"resources":{"requests":{"storage":"${1 + below(20)}Gi"}}}}'`]),
    label: () => one([`kubectl label ${any()} x=${below(9)}`, `kubectl label pod ${pod()} app=x --overwrite`, `kubectl label pod ${pod()} app-`]),
    annotate: () => `kubectl annotate ${any()} x=${below(9)}`,
    delete: () => one([`kubectl delete ${any()} --wait=false`, `kubectl delete pod ${pod()} --force --grace-period=0 --wait=false`, `kubectl delete sts ${set()} --cascade=orphan --wait=false`, `kubectl delete pod -l app=web --wait=false`]),
    cordon: () => `kubectl ${one(['cordon', 'uncordon'])} ${node()}`,
    taint: () => one([`kubectl taint nodes ${node()} a=b:NoSchedule`, `kubectl taint nodes ${node()} a:NoExecute`, `kubectl taint nodes ${node()} a-`]),
    wait: () => one([`kubectl wait pod/${pod()} --for=condition=Ready --timeout=1s`, `kubectl wait sts/${set()} --for=jsonpath='{.status.replicas}'=${below(4)} --timeout=1s`]),
    events: () => one(['kubectl events', 'kubectl get events', `kubectl events --for pod/${pod()}`]),
    logs: () => one([`kubectl logs ${pod()}`, `kubectl logs ${pod()} -c db --tail=2`, `kubectl logs ${pod()} --previous`]),
    exec: () => `kubectl exec ${pod()} -c db -- ${one(['hostname', 'hostname -f', 'ls', 'echo a b', 'nothing'])}`,
    explain: () => `kubectl explain ${one(['sts.spec.replicas', 'sts.spec.serviceName', 'sts.spec.podManagementPolicy', 'svc.spec.clusterIP'])}`,
    create: () => one([`kubectl create namespace n${below(9)}`, `kubectl create configmap c${below(9)} --from-literal=a=b`, `kubectl create serviceaccount s${below(9)}`]),
    errors: () => one(BROKEN),
  };
  // `get` and `describe` have most to get wrong.
  const verb = one([...Object.keys(lines), 'get', 'get', 'get', 'describe', 'describe', 'errors']);
  return { verb, text: lines[verb]() };
}
