// Takes a picture of a page.
//
//   node tests/browser/shoot.mjs URL OUT.png [options]
//
//   --width N          width of the window in CSS pixels (1280)
//   --height N         height of the window in CSS pixels (800)
//   --scale N          device pixels per CSS pixel (1)
//   --wait MS          how long to wait after the page has loaded (500)
//   --eval 'JS'        runs in the page after the wait; may use `await`; what it
//                      returns is printed; a last short wait follows
//   --dark             the reader prefers a dark page
//   --reduced-motion   the reader prefers no motion
//   --full             the whole page instead of the window
//   --browser NAME     chromium (default) or firefox
//
// What the page writes to its console is printed, and errors make the exit status 1.
import { parseArgs } from 'node:util';
import { launchBrowser } from './browser.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    width: { type: 'string', default: '1280' },
    height: { type: 'string', default: '800' },
    scale: { type: 'string', default: '1' },
    wait: { type: 'string', default: '500' },
    eval: { type: 'string' },
    dark: { type: 'boolean', default: false },
    'reduced-motion': { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    browser: { type: 'string', default: 'chromium' },
  },
});
const [url, out] = positionals;
if (!url || !out) {
  console.error('usage: node tests/browser/shoot.mjs URL OUT.png [options]');
  process.exit(2);
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const browser = await launchBrowser(values.browser, {
  dark: values.dark,
  reducedMotion: values['reduced-motion'],
});
try {
  const page = await browser.newPage();
  page.on('console', (message) => {
    console.log(`${message.type()}: ${message.text()} (${message.location()?.url ?? ''})`);
    if (message.type() === 'error') process.exitCode = 1;
  });
  page.on('pageerror', (error) => {
    console.log(`error: ${error.message}`);
    process.exitCode = 1;
  });
  await page.setViewport({
    width: Number(values.width),
    height: Number(values.height),
    deviceScaleFactor: Number(values.scale),
  });
  // "load", not "network idle": a page under `cargo xtask serve` keeps a stream open.
  await page.goto(url, { waitUntil: 'load' });
  await pause(Number(values.wait));
  if (values.eval) {
    // The debugger's own evaluation: `eval` inside the page is what its policy forbids.
    const result = await page.evaluate(`(async () => { ${values.eval} })()`);
    if (result !== undefined) console.log(result);
    await pause(200);
  }
  await page.screenshot({ path: out, fullPage: values.full });
} finally {
  await browser.close();
}
