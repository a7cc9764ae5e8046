// What every browser test needs: a fresh page with the lab on it, watched for trouble.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import { browserName, launchBrowser } from './browser.mjs';
import { serveSite } from './site.mjs';

const browsers = new Map();

/** One browser a file and taste, launched when first needed. */
function browserFor(tastes) {
  const key = JSON.stringify(tastes);
  if (!browsers.has(key)) browsers.set(key, launchBrowser(browserName, tastes));
  return browsers.get(key);
}

// A browser that does not start or end must not keep the tests from ending.
after(() => Promise.allSettled([...browsers.values()].map(async (browser) => (await browser).close())), { timeout: 30_000 });

/** Waits until an element is ready. The site loads its program after the first paint. */
export const whenReady = (lab) => lab.evaluate(async (element) => {
  await customElements.whenDefined('ordinal-lab');
  await element.ready;
});

/**
 * A test on a fresh page. `body` gets the page, the handle of its element and the server; the test
 * fails on any error in the console, violation of the policy, failed request, or request to an
 * origin that is not in `origins`, whatever else `body` finds.
 *
 * Options: `timeout` (in milliseconds), `dark` and `reducedMotion` (the reader's tastes), `scripts` (whether all of them run), `width` and
 * `height`, `path` (of the document), `file` (the address of a document that no server is asked for),
 * `before` (returns the address of a document of another server) and `after` (ends that), `wait` (for what of the
 * document), `ready` (whether to wait until the element is), `site` (options of `serveSite`), `origins` (that may be asked
 * beside the page's own), `offline` (whether the service worker is
 * registered), `expects` (a pattern of the trouble that is part of the test).
 */
export function labTest(name, options, body) {
  if (typeof options === 'function') return labTest(name, {}, options);
  return test(name, { timeout: options.timeout ?? 60_000 }, async () => {
    const { dark = false, reducedMotion = false, scripts = true, width = 1280, height = 800, ready = scripts, wait = 'load' } = options;
    const browser = await browserFor({ dark, reducedMotion });
    const page = await browser.newPage();
    const site = await serveSite(options.site);
    const other = await options.before?.();
    const address = other ?? options.file ?? site.origin + (options.path ?? '/');
    const origins = options.file ? [] : [other ? new URL(other).origin : site.origin, ...(options.origins ?? [])];
    const trouble = watch(page, address, scripts, origins);
    try {
      await page.setViewport({ width, height });
      await page.evaluateOnNewDocument(reportViolations);
      if (!options.offline) await page.evaluateOnNewDocument(withoutServiceWorker);
      await page.goto(address, { waitUntil: wait });
      const lab = await page.waitForSelector('ordinal-lab');
      if (ready) await whenReady(lab);
      await body({ page, lab, site });
      trouble.push(...((await page.trouble?.()) ?? []));
      assert.deepEqual(trouble.filter((line) => !options.expects?.test(line)), []);
    } catch (error) {
      // The stack is what is printed: it holds the message as it was when the error was created.
      error.stack += `\n${await circumstances(page)}`;
      throw error;
    } finally {
      await site.close();
      options.after?.();
      await page.close();
    }
  });
}

/** What the page shows, for the message of a test that fails. */
async function circumstances(page) {
  const found = page.evaluate(() => {
    const root = document.querySelector('ordinal-lab')?.shadowRoot;
    const words = (selector) => root?.querySelector(selector)?.textContent;
    return JSON.stringify({
      clock: words('.clock'),
      play: root?.querySelector('.play')?.ariaLabel,
      notice: words('.notice'),
      items: root?.querySelectorAll('.picture [role=button]').length,
      focus: root?.activeElement?.textContent?.slice(0, 80) ?? document.activeElement?.tagName,
      hasFocus: document.hasFocus(),
      isVisible: document.visibilityState,
    });
  });
  return Promise.race([found, pause(5_000)]).catch((error) => error.message);
}

/** Runs in the page: not every browser writes violations where a test can see them. */
function reportViolations() {
  document.addEventListener('securitypolicyviolation', (violation) => {
    console.error(`policy: ${violation.effectiveDirective} forbids ${violation.blockedURI}`);
  });
}

/** Runs in the page: keeping all files for later is not part of most tests. */
function withoutServiceWorker() {
  Object.defineProperty(Navigator.prototype, 'serviceWorker', { value: undefined });
}

/** Collects what must not happen on the page. */
function watch(page, address, scripts, origins) {
  const trouble = [];
  page.on('console', (message) => {
    const isForbidden = !scripts && message.text().includes('sandbox');
    if (message.type() === 'error' && !isForbidden) trouble.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => trouble.push(`uncaught: ${error.message}`));
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    // Not sent to anybody; Firefox reports a font of its own so.
    if (protocol === 'data:') return;
    const isPage = request.url().replace(/#.*/, '') === address;
    if (!isPage && !origins.includes(origin)) trouble.push(`foreign request: ${request.url()}`);
  });
  page.on('requestfailed', (request) => {
    // What was being loaded when the page was reloaded or left did not fail.
    if (/ABORTED/.test(request.failure()?.errorText)) return;
    // Where scripts do not run, browsers stop loading them.
    if (scripts || request.resourceType() !== 'script') trouble.push(`failed request: ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) trouble.push(`${response.status()}: ${response.url()}`);
  });
  return trouble;
}

/** What axe finds wrong on the page, shadow roots included, one line each. */
export async function accessibilityViolations(page) {
  const axe = new URL('../../node_modules/axe-core/axe.min.js', import.meta.url);
  // Without its preload: that adds inline styles, which the policy of the page forbids.
  // Evaluated by the debugger, and so without the page's policy having to allow it.
  await page.evaluate(await readFile(axe, 'utf8'));
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { preload: false }));
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.target.flat().join(' >>> ')}`),
  );
}

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** The text of the first element of the lab that matches. */
export const textOf = (lab, selector) =>
  lab.evaluate((element, wanted) => element.shadowRoot.querySelector(wanted)?.textContent ?? '', selector);

export const click = (lab, selector) =>
  lab.evaluate((element, wanted) => element.shadowRoot.querySelector(wanted).click(), selector);

/** Presses a button of the lab by its label. */
export const press = (lab, label) =>
  lab.evaluate((element, wanted) => {
    const buttons = [...element.shadowRoot.querySelectorAll('button')];
    buttons.find((it) => (it.getAttribute('aria-label') ?? it.textContent) === wanted).click();
  }, label);

/** Opens the list of stories, and chooses one by its title. */
export async function chooseStory(lab, title) {
  await press(lab, 'Stories');
  await until('the list is there', () =>
    lab.evaluate((element, wanted) => {
      const choices = [...element.shadowRoot.querySelectorAll('.lesson-list .choice')];
      const choice = choices.find((it) => it.textContent.trim().startsWith(wanted));
      choice?.click();
      return Boolean(choice);
    }, title),
  );
  // Until then the story before it is shown.
  await until('the story begins', async () => (await textOf(lab, '.lesson h2')) === title);
}

/** Asks `question` again and again until it is answered with something. */
export async function until(what, question) {
  for (let turn = 0; turn < 200; turn += 1) {
    const answer = await question();
    if (answer) return answer;
    await pause(50);
  }
  assert.fail(`waited in vain until ${what}`);
}

/** Goes to an instant, and waits until the clock shows it. */
export async function seek(lab, ms, shown) {
  await lab.evaluate((element, to) => element.seek(to), ms);
  await until(`the clock shows ${shown}`, async () => (await textOf(lab, '.clock')) === shown);
}

/** What kubectl prints for a line. */
export const run = (lab, line) => lab.evaluate((element, command) => element.run(command), line);

/** Opens the editor for manifests. */
export async function openEditor(lab) {
  await lab.evaluate((element) => element.shadowRoot.querySelector('.tools [title^="Write, paste"]').click());
  await until('the editor opens', () => textOf(lab, '.manifest'));
}

/** Replaces the text of the editor as a paste does. */
export const paste = (lab, text) =>
  lab.evaluate((element, value) => {
    const area = element.shadowRoot.querySelector('.editor textarea');
    area.focus();
    area.select();
    document.execCommand('insertText', false, value);
  }, text);
