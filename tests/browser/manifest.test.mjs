// What a visitor does in the manifest dialog: paste, read what is wrong, fix it, apply it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { accessibilityViolations, labTest, openEditor, paste, pause, press, run, textOf, until, whenReady } from './lab.mjs';

const OFFICIAL = await readFile(new URL('../../static/manifests/nginx.yaml', import.meta.url), 'utf8');

/** Replaces the text of the editor. */
async function replace(lab, text) {
  await paste(lab, text);
  assert.equal(await valueOf(lab), text);
}

const valueOf = (lab) => lab.evaluate((element) => element.shadowRoot.querySelector('.editor textarea').value);
const primary = (lab) => textOf(lab, '.actions .primary');
const problems = (lab) => textOf(lab, '.advice');

/** What is marked in the gutter. */
const marks = (lab) =>
  lab.evaluate((element) => [...element.shadowRoot.querySelectorAll('.gutter mark')].map((it) => it.textContent));

/** The text that is selected in the editor, and the number of its line. */
const selected = (lab) =>
  lab.evaluate((element) => {
    const { value, selectionStart, selectionEnd } = element.shadowRoot.querySelector('.editor textarea');
    return [value.slice(0, selectionStart).split('\n').length, value.slice(selectionStart, selectionEnd)];
  });

async function becomesReady(lab) {
  await lab.evaluate((element) => element.seek(120_000));
  const { stdout } = await run(lab, 'kubectl get pods');
  assert.equal(stdout.match(/web-\d +1\/1 +Running/g)?.length, 3, stdout);
}

labTest('the official example works after two clicks: a class, a new cluster', async ({ lab }) => {
  await openEditor(lab);
  await replace(lab, OFFICIAL);
  await until('the name collides', async () => (await primary(lab)) === 'Start a new cluster with this');
  assert.match(await problems(lab), /line 19.*already has another StatefulSet "web".*line 47.*"my-storage-class" doesn't exist/);
  assert.deepEqual(await marks(lab), ['! 19', '! 47']);
  await press(lab, 'Add this StorageClass to the manifest');
  await until('the class is there', async () => (await marks(lab)).length === 1);
  assert.match(await valueOf(lab), /kind: StorageClass\nmetadata:\n  name: "my-storage-class"\n/);
  await press(lab, await primary(lab));
  await until('the dialog closes', async () => !(await textOf(lab, '.manifest')));
  assert.match(await textOf(lab, '.notice'), /Started a new cluster with your manifest/);
  await becomesReady(lab);
});

labTest('the official example works after two clicks: a new cluster, its class', async ({ lab }) => {
  await openEditor(lab);
  await replace(lab, OFFICIAL);
  await until('the name collides', async () => (await primary(lab)) === 'Start a new cluster with this');
  await press(lab, await primary(lab));
  await until('the class is offered', async () => /names StorageClass "my-storage-class"/.test(await textOf(lab, '.offer')));
  await press(lab, 'Create StorageClass "my-storage-class"');
  await until('the offer is taken', async () => !(await textOf(lab, '.offer')));
  await becomesReady(lab);
});

labTest('a manifest without a collision is applied to the running cluster', async ({ page, lab }) => {
  await openEditor(lab);
  await replace(lab, OFFICIAL.replace('name: web\nspec', 'name: site\nspec').replace('"my-storage-class"', 'standard'));
  await until('it is checked', async () => /Changes: \d+ lines added/.test(await textOf(lab, '.difference')));
  assert.equal(await primary(lab), 'Apply to the running cluster');
  await page.keyboard.down('Control');
  await page.keyboard.press('Enter');
  await page.keyboard.up('Control');
  await until('the dialog closes', async () => !(await textOf(lab, '.manifest')));
  assert.match((await run(lab, 'kubectl get statefulsets')).stdout, /site/);
});

labTest('what was applied all the same is said, and is gone after an edit', async ({ page, lab }) => {
  await openEditor(lab);
  await replace(lab, OFFICIAL);
  await until('the name collides', async () => (await primary(lab)) === 'Start a new cluster with this');
  await press(lab, 'Apply to the running cluster');
  await until('kubectl answers', () => textOf(lab, '.outcome'));
  assert.equal(await textOf(lab, '.outcome'), 'Only this was applied: service/nginx created.');
  assert.match(await textOf(lab, '.output'), /service\/nginx created\nThe StatefulSet "web" is invalid: spec: Forbidden/);
  await page.keyboard.press('Tab');
  await lab.evaluate((element) => element.shadowRoot.querySelector('.editor textarea').focus());
  await page.keyboard.type('#');
  await until('it is gone', async () => (await textOf(lab, '.outcome')) === '');
});

labTest('errors are marked, explained, and found by a click; typing can be undone', async ({ page, lab }) => {
  await openEditor(lab);
  await replace(lab, OFFICIAL);
  await until('it is checked', async () => (await marks(lab)).length === 2);
  await replace(lab, OFFICIAL.replace('replicas: 3', 'replicas: three'));
  await until('the error is marked', async () => (await marks(lab)).join() === '✗ 25');
  assert.match(await problems(lab), /line 25spec\.replicas must be a whole number, not "three"\./);
  assert.match(await textOf(lab, '.kubectl pre'), /json: cannot unmarshal string into Go struct field/);
  const isOpen = () => lab.evaluate((element) => element.shadowRoot.querySelector('.kubectl').open);
  assert.equal(await isOpen(), false);
  const described = await lab.evaluate((element) => {
    const area = element.shadowRoot.querySelector('.editor textarea');
    const list = element.shadowRoot.getElementById(area.getAttribute('aria-describedby'));
    return [area.getAttribute('aria-invalid'), list?.textContent];
  });
  assert.equal(described[0], 'true');
  assert.match(described[1], /error in .*line 25/);

  await lab.evaluate((element) => element.shadowRoot.querySelector('.problem').focus());
  await page.keyboard.press('Enter');
  assert.deepEqual(await selected(lab), [25, 'three # by default is 1']);
  await page.keyboard.down('Control');
  await page.keyboard.press('z');
  await page.keyboard.up('Control');
  await until('it is undone', async () => (await valueOf(lab)) === OFFICIAL);
  await until('the mark is gone', async () => (await marks(lab)).length === 2);
});

labTest('a fault in the indentation is on its own line, in plain words', async ({ lab }) => {
  await openEditor(lab);
  await replace(lab, OFFICIAL.replace('  serviceName: "nginx"', '   serviceName: "nginx"'));
  await until('the error is marked', async () => (await marks(lab)).join() === '✗ 24');
  assert.match(await problems(lab), /line 24This line is indented 3 spaces, but the lines at its level are indented 2 or 4\./);
  // Lines of kubectl count from the last ---.
  assert.match(await textOf(lab, '.kubectl pre'), /yaml: line 8: did not find expected key/);
});

labTest('the text survives errors, closing, other texts, and a reload', async ({ page, lab }) => {
  const broken = `${OFFICIAL}\t- x\n`;
  await openEditor(lab);
  await replace(lab, broken);
  await page.keyboard.press('Escape');
  await until('the dialog closes', async () => !(await textOf(lab, '.manifest')));
  await openEditor(lab);
  assert.equal(await valueOf(lab), broken);
  const select = (label) =>
    lab.evaluate((element, wanted) => {
      const list = element.shadowRoot.querySelector('.samples select');
      list.value = [...list.options].find((it) => it.textContent.startsWith(wanted)).value;
      list.dispatchEvent(new Event('change', { bubbles: true }));
    }, label);
  await select('ring');
  await until('the sample is there', async () => (await valueOf(lab)).includes('name: ring'));
  await select('your draft');
  await until('the draft is there', async () => (await valueOf(lab)) === broken);
  await pause(100);
  await page.reload({ waitUntil: 'load' });
  const again = await page.waitForSelector('ordinal-lab:defined');
  await whenReady(again);
  await openEditor(again);
  assert.equal(await valueOf(again), broken);
});

for (const dark of [false, true]) {
  for (const [width, height] of [[1280, 800], [390, 844], [844, 390]]) {
    labTest(`axe finds nothing with problems shown, ${dark ? 'dark' : 'light'}, ${width}x${height}`, { dark, width, height }, async ({ page, lab }) => {
      await openEditor(lab);
      await replace(lab, `${OFFICIAL}---\nkind: a\n`);
      await until('problems are shown', async () => (await marks(lab)).length > 1);
      await lab.evaluate((element) => (element.shadowRoot.querySelector('.kubectl').open = true));
      assert.deepEqual(await accessibilityViolations(page), []);
      const small = await lab.evaluate((element) => {
        const targets = [...element.shadowRoot.querySelectorAll('.manifest :is(button, select, summary)')];
        const least = Math.min(innerWidth, innerHeight) < 600 ? 40 : 24;
        const isSmall = (it) => it.getBoundingClientRect().height < (it.matches('summary') ? 24 : least) - 0.5;
        return targets.filter(isSmall).map((it) => it.textContent);
      });
      assert.deepEqual(small, []);
    });
  }
}
