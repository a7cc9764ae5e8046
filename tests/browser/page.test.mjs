// What holds for the page whatever it shows.
import assert from 'node:assert/strict';
import { accessibilityViolations, labTest, textOf, until } from './lab.mjs';

labTest('the page loads without an error, a violation or a foreign request', async ({ lab }) => {
  const text = await lab.evaluate((element) => element.shadowRoot.textContent);
  assert.notEqual(text.trim(), '');
});

labTest('the element has an open shadow root', async ({ lab }) => {
  assert.equal(await lab.evaluate((element) => element.shadowRoot?.mode), 'open');
});

labTest('the page stays when the server is gone', async ({ page, lab, site }) => {
  await page.waitForNetworkIdle({ idleTime: 300 });
  await site.close();
  await new Promise((done) => setTimeout(done, 500));
  assert.ok(await lab.evaluate((element) => element.isConnected && element.shadowRoot.childElementCount > 0));
  assert.equal(await page.title(), await page.evaluate(() => document.title));
});

for (const dark of [false, true]) {
  labTest(`axe finds nothing, ${dark ? 'dark' : 'light'}`, { dark }, async ({ page }) => {
    assert.deepEqual(await accessibilityViolations(page), []);
  });
}

labTest('the page does not scroll sideways on a phone', { width: 360, height: 740 }, async ({ page }) => {
  const [content, view] = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return [scrollWidth, clientWidth];
  });
  assert.ok(content <= view, `${content} px of content in ${view} px`);
});

let release;
const held = new Promise((resolve) => (release = resolve));
const halves = { ready: false, site: { holds: { '/ordinal_rest.wasm': held } } };
labTest('the first picture needs one half of the module, and what comes early gets the other', halves, async ({ page, lab }) => {
  const events = () => lab.evaluate((element) => element.shadowRoot.querySelectorAll('.log .event').length);
  await page.waitForFunction(() =>
    document.querySelector('ordinal-lab').shadowRoot.querySelector('svg.picture')?.textContent.includes('node-1'),
  );
  assert.equal(await events(), 0);
  const picture = () => lab.evaluate((element) => element.shadowRoot.querySelector('svg.picture').textContent);
  const first = await picture();
  // The call waits in the page for what is on its way.
  setTimeout(release, 500);
  await lab.evaluate((element) => element.step());
  await page.waitForFunction(() =>
    document.querySelector('ordinal-lab').shadowRoot.querySelector('.log .event'),
  );
  await lab.evaluate((element) => element.ready);
  await lab.evaluate((element) => element.seek(0));
  await until('the clock stands at zero', async () => (await textOf(lab, '.clock')) === '0:00.0');
  assert.equal(await picture(), first);
});
