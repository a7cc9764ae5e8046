// What holds for the page whatever it shows.
import assert from 'node:assert/strict';
import { browserName } from './browser.mjs';
import { accessibilityViolations, labTest, press, seek, until } from './lab.mjs';

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

  labTest(`axe finds nothing on a phone, ${dark ? 'dark' : 'light'}`, { dark, width: 390, height: 844 }, async ({ page }) => {
    assert.deepEqual(await accessibilityViolations(page), []);
  });
}

for (const [width, height] of [[390, 844], [844, 390], [1366, 625], [1280, 800], [1920, 1080]]) {
  labTest(`no button is cut off at the side, ${width}x${height}`, { width, height }, async ({ lab }) => {
    await lab.evaluate((element) => element.seek(28_000));
    const cut = await lab.evaluate((element) => {
      const buttons = [...element.shadowRoot.querySelectorAll('button')].filter((it) => it.offsetParent);
      const isCut = (button) => {
        const { left, right } = button.getBoundingClientRect();
        const around = (button.closest('.panel') ?? element).getBoundingClientRect();
        return left < around.left || right > around.right;
      };
      return buttons.filter(isCut).map((it) => it.title || it.textContent);
    });
    assert.deepEqual(cut, []);
  });
}

labTest('the page does not scroll sideways on a phone', { width: 360, height: 740 }, async ({ page }) => {
  const [content, view] = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return [scrollWidth, clientWidth];
  });
  assert.ok(content <= view, `${content} px of content in ${view} px`);
});

labTest('a screen reader hears what happens, in order, and finds every part of the page', { timeout: 90_000 }, async ({ page, lab }) => {
  await lab.evaluate((element) => {
    const region = element.shadowRoot.querySelector('.side .sr[role=status]');
    globalThis.said = [];
    new MutationObserver(() => globalThis.said.push(region.textContent)).observe(region, { childList: true, subtree: true, characterData: true });
  });
  await seek(lab, 0, '0:00.0');
  await press(lab, 'Play');
  const said = () => page.evaluate(() => globalThis.said.join(' '));
  const words = ['web-0 is Ready', 'web-1 is created: web-0 is Ready'];
  for (const text of words) await until(`it says ${text}`, async () => (await said()).includes(text));
  const places = words.map(((text) => (it) => text.indexOf(it))(await said()));
  assert.ok(places.every((place, at) => place >= 0 && place > (places[at - 1] ?? -1)), `${places}: ${await said()}`);
  await press(lab, 'Pause');
  if (browserName !== 'chromium') return;
  const tree = JSON.stringify(await page.accessibility.snapshot({ interestingOnly: false }));
  for (const name of ['The picture', 'What happens and why', 'identity web-0', 'pod web-0', 'Timeline', 'Control loop', 'Text description']) {
    assert.ok(tree.includes(name), `${name} is not in the accessibility tree`);
  }
});
