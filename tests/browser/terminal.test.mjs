// The terminal: several lines, files, the editor, two panes, and what waits.
import assert from 'node:assert/strict';
import { accessibilityViolations, labTest, press, run, textOf, until, whenReady } from './lab.mjs';

const STORY = 'ordinal 1\nseed 7\nnodes 3\n';
const DOCUMENT = '<!doctype html><html lang="en"><title>Terminal</title><link rel="icon" href="icon.svg"><body><script type="module" src="element.js"></script><ordinal-lab story="story.ordinal" speed="4"></ordinal-lab></html>';
const site = { documents: { '/': DOCUMENT, '/story.ordinal': STORY } };
const phone = { site, width: 390, height: 844 };

/** Opens the terminal, and gives what is needed to use it. */
async function open(page, lab) {
  await lab.evaluate((element) => element.shadowRoot.querySelector('.page').focus());
  await page.keyboard.press('k');
  const field = (selector) => lab.evaluate((element, selector) => element.shadowRoot.activeElement?.matches(selector), selector);
  await until('the terminal has the focus', () => field('.pane.active .command'));
  const printed = (pane = 1) => textOf(lab, `.pane:nth-child(${pane}) .scrollback`);
  const typed = () => lab.evaluate((element) => element.shadowRoot.querySelector('.pane.active .command').value);
  const line = async (text) => {
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
  };
  const says = (what, pattern, pane) => until(what, async () => pattern.test(await printed(pane)));
  const key = async (modifier, name) => {
    await page.keyboard.down(modifier);
    await page.keyboard.press(name);
    await page.keyboard.up(modifier);
  };
  return { printed, typed, line, says, key };
}

labTest('the terminal: an example by its address, a loop over lines, and its history', { site }, async ({ page, lab }) => {
  const { line, says, typed, printed, key } = await open(page, lab);
  await line('kubectl apply -f https://k8s.io/examples/application/web/web.yaml');
  await says('it is applied', /statefulset\.apps\/web created/);
  // Nothing of the address reaches the recipe.
  const recipe = await lab.evaluate((element) => element.recipe);
  assert.match(recipe, /kubectl apply -f - <<EOF\napiVersion: v1\nkind: Service/);
  assert.doesNotMatch(recipe, /https:/);
  await line('for i in 0 1');
  assert.equal(await typed(), 'for i in 0 1\n');
  await page.keyboard.type('do echo "web-$i"');
  await page.keyboard.press('Enter');
  await line('done | tail -1');
  await says('the loop ends', /tail -1\n?web-1/);
  await page.keyboard.press('ArrowUp');
  assert.match(await typed(), /^for i in 0 1\ndo/);
  await key('Control', 'u');
  await line('frobnicate');
  await says('it is told', /bash: frobnicate: command not found[^]*help lists the commands/);
  assert.deepEqual(await accessibilityViolations(page), []);
  assert.match(await printed(), /> do echo/);
});

labTest('the terminal: pasted lines run one after the other, and files stay', { site }, async ({ page, lab }) => {
  const { says, typed } = await open(page, lab);
  const text = 'cat <<EOF > map.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: pasted\nEOF\nkubectl apply -f map.yaml\nls; echo half';
  await lab.evaluate((element, text) => {
    const field = element.shadowRoot.querySelector('.command');
    field.value = text;
    field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true, inputType: 'insertFromPaste' }));
  }, text);
  await says('it is applied', /configmap\/pasted created/);
  await until('the rest stays', async () => (await typed()) === 'ls; echo half');
  await page.keyboard.press('Enter');
  await says('it is listed', /map\.yaml\n?half/);
  await page.reload();
  lab = await page.waitForSelector('ordinal-lab:defined');
  await whenReady(lab);
  const { stdout } = await run(lab, 'cat map.yaml');
  assert.match(stdout, /name: pasted/);
});

labTest('the terminal: a watch goes on in one pane while the other is used', { site }, async ({ page, lab }) => {
  const { line, says, key, printed } = await open(page, lab);
  await line('kubectl get pods -w');
  await says('it waits', /Press Ctrl\+C/);
  await page.keyboard.press('F6');
  await until('there are two', () => lab.evaluate((element) => element.shadowRoot.querySelectorAll('.pane').length === 2));
  await line('kubectl apply -f web.yaml && kubectl rollout status sts/web && echo done');
  await says('the watch prints', /web-1 +1\/1 +Running/, 1);
  await says('the list goes on', /Waiting for [^]*\ndone/, 2);
  await page.keyboard.press('F6');
  await key('Control', 'c');
  await until('it ends', async () => !/Press Ctrl\+C/.test(await printed(1)));
  await line('sleep 1000');
  await says('it sleeps', /sleep 1000[^]*Press Ctrl\+C/, 1);
  await key('Control', 'c');
  await until('it is interrupted', async () => !/Press Ctrl\+C/.test(await printed(1)));
  await press(lab, 'Close 2');
  await until('there is one', () => lab.evaluate((element) => element.shadowRoot.querySelectorAll('.pane').length === 1));
});

labTest('the terminal: kubectl delete waits until the pod is gone, and Ctrl+C ends the waiting', { site }, async ({ page, lab }) => {
  const { line, says, key, printed } = await open(page, lab);
  await line('kubectl run web --image=nginx && kubectl wait --for=condition=Ready pod/web && kubectl delete pod web');
  await says('it waits', /deleted from default namespace[^]*Press Ctrl\+C/);
  // A line that follows runs after it: the name is free again.
  await line('kubectl run web --image=nginx');
  await says('there is another pod', /deleted from default namespace[^]*pod\/web created/);
  assert.doesNotMatch(await printed(), /AlreadyExists/);
  await line('kubectl wait --for=condition=Ready pod/web && kubectl delete pod web --grace-period=300');
  await says('it waits again', /condition met[^]*condition met[^]*Press Ctrl\+C/);
  await key('Control', 'c');
  await until('it is interrupted', async () => !/Press Ctrl\+C/.test(await printed()));
  await line('kubectl run late --image=nginx && kubectl wait --for=condition=Ready pod/late && kubectl delete pod late --timeout=300ms || echo later');
  await says('it times out', /pod "late" deleted[^]*error: timed out waiting for the condition on pods\/late\s+later/);
});

labTest('the terminal: kubectl edit opens an editor, and opens it again after a refusal', { site }, async ({ page, lab }) => {
  await run(lab, 'kubectl apply -f web.yaml; sleep 30');
  const { line, says } = await open(page, lab);
  const edit = async (from, to) => {
    await until('the editor is open', () => lab.evaluate((element) => Boolean(element.shadowRoot.querySelector('.dialog textarea'))));
    await lab.evaluate((element, from, to) => {
      const field = element.shadowRoot.querySelector('.dialog textarea');
      field.value = field.value.replace(from, to);
      field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
    }, from, to);
  };
  await line('kubectl edit sts web');
  await edit('replicas: 2', 'replicas: -1');
  await press(lab, 'Save and close');
  await until('the reason is there', () => lab.evaluate((element) => /^# .*spec\.replicas/m.test(element.shadowRoot.querySelector('.dialog textarea')?.value ?? '')));
  await edit('replicas: -1', 'replicas: 3');
  await press(lab, 'Save and close');
  await says('it is edited', /statefulset\.apps\/web edited/);
  assert.match(await lab.evaluate((element) => element.recipe), /kubectl edit sts web <<EOF/);
  await line('kubectl edit sts web');
  await until('the editor is open', () => lab.evaluate((element) => Boolean(element.shadowRoot.querySelector('.dialog textarea'))));
  await press(lab, 'Cancel');
  await says('it is canceled', /Edit cancelled, no changes made\./);
});

labTest('lab.run runs all that may be typed', { site }, async ({ lab }) => {
  const { exit, stdout } = await run(lab, 'kubectl apply -f web.yaml >/dev/null; sleep 60; for i in 0 1; do kubectl get pod web-$i -o name; done | sort -r');
  assert.deepEqual([exit, stdout], [0, 'pod/web-1\npod/web-0\n']);
  const both = await Promise.all([run(lab, 'echo a'), run(lab, 'nothing')]);
  assert.deepEqual(both.map(({ exit }) => exit), [0, 127]);
});

labTest('on a phone the terminal has keys to touch, and its panes are behind tabs', phone, async ({ page, lab }) => {
  const { line, says } = await open(page, lab);
  await line('kubectl get nodes');
  await says('it answers', /node-1/);
  await press(lab, '+ Second terminal');
  await until('one is shown', () => lab.evaluate((element) => [...element.shadowRoot.querySelectorAll('.pane')].filter((pane) => pane.checkVisibility()).length === 1));
  const small = await lab.evaluate((element) => {
    const targets = [...element.shadowRoot.querySelectorAll('.terminal :is(button, textarea)')].filter((one) => one.checkVisibility());
    return targets.map((one) => one.getBoundingClientRect()).filter(({ width, height }) => width < 44 || height < 44).length;
  });
  assert.equal(small, 0);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${overflow}`);
});
