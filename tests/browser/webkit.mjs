// Drives WebKit, the engine of Safari and of every browser on an iPhone, as far as the tests need it: WebKitGTK's
// MiniBrowser through WebDriver, on an X server without a screen. The page is in a frame, because a window of the
// MiniBrowser cannot be as narrow as a phone.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import webdriver from 'selenium-webdriver';

const { Builder, By, Key } = webdriver;
const SCREEN = '2000x1400';
const START_MS = 20_000;
const END_MS = 5_000;

/** The program of the browser, or an error that says what to install. */
export function findMiniBrowser() {
  for (const folder of ['/usr/lib', '/usr/libexec', '/usr/lib64']) {
    for (const part of ['', ...folders(folder)]) {
      for (const version of ['webkit2gtk-4.1', 'webkit2gtk-4.0', 'webkitgtk-6.0']) {
        const path = [folder, part, version, 'MiniBrowser'].filter(Boolean).join('/');
        try {
          accessSync(path);
          return path;
        } catch {
          // Not here: look further.
        }
      }
    }
  }
  throw new Error("found no MiniBrowser of WebKitGTK: install Debian's packages webkit2gtk-driver and xvfb");
}

function folders(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true }).filter((it) => it.isDirectory() && it.name.includes('linux')).map(({ name }) => name);
  } catch {
    return [];
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** Starts a program that ends with this process at the latest, and does not keep this process alive. */
function start(program, args, options) {
  const child = spawn(program, args, options);
  child.unref();
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Ends a program, which may have ended already: with SIGTERM, and if that is ignored, with SIGKILL. */
async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill();
  const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
  await exited;
  clearTimeout(timer);
}

/** Starts an X server that picks a free display, and returns its name. It ends if nobody reads the whole line in which it says that name. */
async function startScreen() {
  const screen = start('Xvfb', ['-displayfd', '1', '-screen', '0', `${SCREEN}x24`, '-noreset', '-nolisten', 'tcp'], { stdio: ['ignore', 'pipe', 'ignore'] });
  let line = '';
  for await (const words of screen.stdout) {
    line += words;
    if (line.endsWith('\n')) return { screen, display: `:${line.trim()}` };
  }
  throw new Error('Xvfb does not start');
}

/** A folder with the settings from which WebKitGTK derives what the reader prefers. */
async function settings({ dark, reducedMotion }) {
  const home = await mkdtemp(join(tmpdir(), 'webkit-'));
  await mkdir(join(home, 'gtk-3.0'));
  const lines = ['[Settings]', `gtk-application-prefer-dark-theme=${Number(dark)}`, `gtk-enable-animations=${Number(!reducedMotion)}`, ''];
  await writeFile(join(home, 'gtk-3.0', 'settings.ini'), lines.join('\n'));
  return home;
}

/** Waits until the driver answers: this one, and not another on the same port. */
async function untilItAnswers(driver, url) {
  for (const end = Date.now() + START_MS; Date.now() < end && driver.exitCode === null; ) {
    if (await fetch(`${url}/status`).then(({ ok }) => ok, () => false)) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error('WebKitWebDriver does not answer');
}

/** The value of a promise, or an error if it takes too long. */
function inTime(promise, what) {
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`${what} takes more than ${START_MS / 1_000} seconds`)), START_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Launches the browser for a reader of the given tastes: an object with the parts of Puppeteer's `Browser` that the tests use. */
export async function launchWebKit({ dark = false, reducedMotion = false } = {}) {
  const binary = findMiniBrowser();
  const home = await settings({ dark, reducedMotion });
  const { screen, display } = await startScreen();
  const port = await freePort();
  const environment = {
    ...process.env,
    DISPLAY: display,
    // The page is drawn without a GPU, and the sandbox is not available in a container.
    LIBGL_ALWAYS_SOFTWARE: '1',
    WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
    XDG_CONFIG_HOME: home,
    XDG_DATA_HOME: home,
    XDG_CACHE_HOME: home,
  };
  const driver = start('WebKitWebDriver', [`--port=${port}`], { env: environment, stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  await untilItAnswers(driver, url);
  return {
    newPage: async () => {
      const options = { binary, args: ['--automation'] };
      const builder = new Builder().usingServer(url).withCapabilities({ browserName: 'MiniBrowser', 'webkitgtk:browserOptions': options });
      const session = await inTime(Promise.resolve(builder.build()), 'opening a window of the MiniBrowser');
      await session.manage().setTimeouts({ script: 120_000, pageLoad: 60_000 });
      await session.manage().window().setRect({ x: 0, y: 0, width: 2000, height: 1400 });
      return new Page(session);
    },
    close: async () => {
      await Promise.all([end(driver), end(screen)]);
      await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** Runs a function of the page, which may return a promise. */
async function call(session, callee, args) {
  const script = `const given = [...arguments];
    const done = given.pop();
    (async () => (${callee})(...given))().then((value) => done({ value }), (error) => done({ error: String(error?.stack ?? error) }));`;
  const { value, error } = await session.executeAsyncScript(script, ...args);
  if (error) throw new Error(error);
  return value;
}

/** The parts of Puppeteer's `Page` that the tests use. */
class Page {
  #session;
  #size = { width: 1280, height: 800 };
  #atStart = [];
  keyboard = {
    press: (key) => this.#press(key),
    type: (text) => this.#actions((actions) => actions.sendKeys(text)),
  };
  mouse = {
    move: (x, y) => this.#actions((actions) => actions.move({ x: Math.round(x), y: Math.round(y) })),
    click: (x, y) => this.#actions((actions) => actions.move({ x: Math.round(x), y: Math.round(y) }).press().release()),
  };

  constructor(session) {
    this.#session = session;
  }

  async #actions(build) {
    await build(this.#session.actions({ async: false })).perform();
  }

  async #press(key) {
    const known = { Escape: Key.ESCAPE, Enter: Key.ENTER, Tab: Key.TAB };
    await this.#actions((actions) => actions.sendKeys(known[key] ?? key));
  }

  /** WebDriver reports no events of the page: `watchErrors` collects errors instead. */
  on() {}

  async setViewport(size) {
    this.#size = size;
  }

  async evaluateOnNewDocument(script) {
    this.#atStart.push(script);
  }

  /** Opens a document in a frame of the size of the viewport. */
  async goto(address) {
    await this.#session.get(new URL('/frame.html', address).href);
    await call(
      this.#session,
      async (source, { width, height }) => {
        document.body.style.margin = '0';
        const frame = document.createElement('iframe');
        Object.assign(frame.style, { width: `${width}px`, height: `${height}px`, border: '0', display: 'block' });
        frame.src = source;
        const loaded = new Promise((done) => frame.addEventListener('load', done, { once: true }));
        document.body.replaceChildren(frame);
        await loaded;
        frame.contentWindow.focus();
      },
      [address, this.#size],
    );
    await this.#session.switchTo().frame(await this.#session.findElement(By.css('iframe')));
    await call(this.#session, watchErrors, []);
  }

  async reload() {
    const address = await this.evaluate(() => location.href);
    await this.#session.switchTo().defaultContent();
    await this.goto(address);
  }

  async waitForSelector(selector) {
    const session = this.#session;
    const element = await session.findElement(By.css(selector));
    return { evaluate: (callee, ...args) => call(session, callee, [element, ...args]) };
  }

  evaluate(callee, ...args) {
    if (typeof callee === 'string') return this.#session.executeScript(callee);
    return call(this.#session, callee, args);
  }

  async screenshot({ path } = {}) {
    const picture = Buffer.from(await this.#session.takeScreenshot(), 'base64');
    if (path) await writeFile(path, picture);
    return picture;
  }

  /** What went wrong in the page since it was opened. */
  trouble() {
    return this.evaluate(() => globalThis.trouble ?? []);
  }

  async close() {
    await inTime(this.#session.quit(), 'closing the window of the MiniBrowser');
  }
}

/** Runs in the page: collects errors and violations of the policy. */
function watchErrors() {
  globalThis.trouble = [];
  const { error } = console;
  console.error = (...words) => {
    globalThis.trouble.push(`console: ${words.join(' ')}`);
    error(...words);
  };
  addEventListener('error', ({ message }) => globalThis.trouble.push(`uncaught: ${message}`));
  addEventListener('unhandledrejection', ({ reason }) => globalThis.trouble.push(`uncaught: ${reason}`));
  document.addEventListener('securitypolicyviolation', (it) => globalThis.trouble.push(`policy: ${it.effectiveDirective} forbids ${it.blockedURI}`));
}
