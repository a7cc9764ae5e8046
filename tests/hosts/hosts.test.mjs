// The examples, built from the packed package and opened in a browser: a story plays, the page stays as it is, another page
// follows, and its dark switch is followed. HOSTS names what is built, separated by commas.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browserName, launchBrowser } from '../browser/browser.mjs';
import { pause, until } from '../browser/lab.mjs';
import { serveSite } from '../browser/site.mjs';
import { BUILDERS, Missing, lintPackage } from './build.mjs';

/** Per host: the path of its page, how it comes to the next page and switches to dark. */
const HOSTS = {
  html: { dark: '#dark', next: 'a[href="second.html"]' },
  mkdocs: { dark: 'form[data-md-component=palette] label:not([hidden])', next: 'article a[href*=second]' },
  hugo: { path: '/sub/', next: 'a[href*=second]' },
  mdbook: { dark: async (page) => page.evaluate(() => document.querySelector('[id$="navy"]').click()), next: 'main a[href*=second]' },
  reveal: { reach: (page) => until('the slides are there', () => page.evaluate(() => globalThis.deck?.isReady() && (globalThis.deck.slide(1), true))) },
  react: { dark: '#dark', next: '#second' },
  esbuild: {},
  vue: { dark: '#dark', next: '#second' },
  vitepress: { dark: '.VPSwitchAppearance', next: '.vp-doc a[href*=second]' },
  docusaurus: { dark: async (page) => page.evaluate(() => document.documentElement.setAttribute('data-theme', 'dark')), next: 'article a[href*=second]' },
  starlight: { dark: async (page) => page.evaluate(() => (document.documentElement.dataset.theme = 'dark')), next: 'main a[href*=second]' },
  sphinx: { dark: async (page) => page.evaluate(() => (document.body.dataset.theme = 'dark')), next: '.sidebar-tree a[href*=second]' },
  webpack: {},
};
/** Not a host: whether the package is as tools expect it. */
const PACKAGE = 'package';
const wanted = process.env.HOSTS?.split(',') ?? ['html', 'mkdocs', 'hugo', 'mdbook', 'reveal', 'react', 'esbuild'];

const hosts = wanted.filter((it) => it !== PACKAGE);
let browser;
if (hosts.length > 0) {
  before(async () => (browser = await launchBrowser()));
  after(() => browser.close());
}

/** What the visitor of a host may not lose: its own font, colors and keys. */
const looks = (page) =>
  page.evaluate(() => {
    const { fontFamily, fontSize, color, margin } = getComputedStyle(document.body);
    return { fontFamily, fontSize, color, margin };
  });

const ground = (lab) => lab.evaluate((element) => (getComputedStyle(element.shadowRoot.querySelector('.ordinal')).backgroundColor.match(/\d+/g)[0] > 128 ? 'light' : 'dark'));

async function firstLab(page) {
  // On a page of a site that replaces its content, the element before may still be there.
  const lab = await until('there is a lab', () => page.$('ordinal-lab'));
  await lab.evaluate((element) => Promise.race([customElements.whenDefined('ordinal-lab'), new Promise((_, fail) => setTimeout(() => fail(new Error('the element is not defined')), 20_000))]).then(() => element.ready));
  return lab;
}

/** Opens the list of guided stories, unless the lab has no controls for it: bundlers have to find these files. */
async function listsStories(page, lab) {
  const opens = await lab.evaluate((element) => {
    const button = element.shadowRoot.querySelector('.top .stories');
    button?.click();
    return Boolean(button);
  });
  if (!opens) return;
  await until('the stories are listed', () => lab.evaluate((element) => element.shadowRoot.querySelectorAll('.lesson-list .choice').length >= 10));
  await page.keyboard.press('Escape');
  await until('the list is closed', () => lab.evaluate((element) => !element.shadowRoot.querySelector('dialog[open]')));
}

for (const host of hosts) {
  const { path = '/', dark, next, reach } = HOSTS[host];
  test(`${host}: a story plays in its page`, { timeout: 900_000 }, async (context) => {
    let folder;
    try {
      folder = await BUILDERS[host]();
    } catch (error) {
      if (error instanceof Missing) return context.skip(error.message);
      throw error;
    }
    const site = await serveSite({ folder, headers: { 'content-security-policy': "default-src * data: blob: 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval'" } });
    const page = await browser.newPage();
    const trouble = [];
    // Not every host names an icon.
    const isIcon = (message) => /favicon\.ico/.test(message.location().url ?? '');
    page.on('console', (message) => message.type() === 'error' && !isIcon(message) && trouble.push(message.text()));
    page.on('pageerror', (error) => trouble.push(error.message));
    page.on('response', (response) => response.status() >= 400 && !response.url().endsWith('/favicon.ico') && trouble.push(`${response.status()} ${response.url()}`));
    try {
      await page.setViewport({ width: 1280, height: 900 });
      await page.goto(site.origin + path, { waitUntil: 'load' });
      const before = await looks(page);
      await reach?.(page);
      let lab = await firstLab(page);
      assert.deepEqual(await looks(page), before);
      // It plays, and its pods become Ready.
      await lab.evaluate((element) => element.play());
      await until('time passes', () => lab.evaluate((element) => element.currentTime > 0.3));
      await lab.evaluate((element) => element.seek(35_000));
      const { stdout } = await lab.evaluate((element) => element.run('kubectl get pods'));
      assert.match(stdout, /db-2 +1\/1 +Running/);
      // Keys typed in the lab stay there, others reach the page.
      await page.evaluate(() => {
        globalThis.heard = [];
        document.addEventListener('keydown', ({ key }) => globalThis.heard.push(key));
      });
      await lab.evaluate((element) => element.shadowRoot.querySelector('.page').focus());
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('F2');
      assert.deepEqual(await page.evaluate(() => globalThis.heard), ['F2']);
      if (browserName !== 'webkit') {
        // The presenter window needs no page of the host: the element fills an empty one.
        const opened = new Promise((done) => page.once('popup', done));
        await page.keyboard.press('i');
        const presenter = await opened;
        await until('the presenter window is filled', () => presenter.evaluate(() => document.body.firstElementChild?.shadowRoot?.textContent.includes('No story is open')).catch(() => false));
        await presenter.close();
      }
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${host}-${browserName}.png` });
      await listsStories(page, lab);
      if (dark) {
        const was = await ground(lab);
        if (typeof dark === 'string') await page.evaluate((selector) => document.querySelector(selector).click(), dark);
        else await dark(page);
        await until(`it is no longer ${was}`, async () => (await ground(lab)) !== was);
        if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${host}-dark-${browserName}.png` });
      }
      if (next) {
        await page.evaluate((selector) => document.querySelector(selector).click(), next);
        await until('the next page is there', () =>
          page.evaluate(() => document.querySelector('ordinal-lab')?.run?.('kubectl get nodes').then(({ stdout }) => /node-2/.test(stdout) && (!/node-3/.test(stdout) || document.querySelector('ordinal-lab').story === 'ordinal-lab/stories/first.ordinal'), () => false)).catch(() => false),
        );
        await pause(100);
      }
      assert.deepEqual(trouble, []);
    } finally {
      await page.close();
      await site.close();
    }
  });
}

if (wanted.includes(PACKAGE) && browserName === 'chromium') {
  test('publint and attw find nothing wrong with the package', { timeout: 300_000 }, async (context) => {
    try {
      await lintPackage();
    } catch (error) {
      if (error instanceof Missing) return context.skip(error.message);
      throw error;
    }
  });
}
