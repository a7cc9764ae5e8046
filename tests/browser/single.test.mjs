// The page in one file where it has no origin and no files of its own: sandboxed, in srcdoc, in learning platforms and in
// notebooks. The pages around have the policies and the frames of such hosts.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { labTest, until, whenReady } from './lab.mjs';
import { DIST, serveSite } from './site.mjs';

const FILE = await readFile(`${DIST}ordinal.html`, 'utf8');
const HEAD = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Host</title><link rel="icon" href="/icon.svg"><style>iframe { width: 100%; height: 700px; border: 0 }</style><script>globalThis.heard = []; addEventListener("message", ({ data, origin }) => data?.source === "ordinal" && heard.push({ ...data, origin }))</script><ordinal-lab hidden></ordinal-lab>';
/** A host sends no CORS headers, and nothing of ours is on its server but this file. */
const hostWith = (frame, { headers = {}, ...more } = {}) => ({
  path: '/host',
  ready: false,
  ...more,
  site: { headers: { 'access-control-allow-origin': 'https://nobody.example', 'content-security-policy': "frame-ancestors 'self'", ...headers }, documents: { '/host': HEAD + frame, '/ordinal.html': FILE } },
});

/** The lab in the frame of a page, once its story has begun. */
async function labIn(page) {
  const frame = await until('there is a frame', async () => {
    const found = await page.$('iframe');
    return found?.contentFrame();
  });
  const lab = await frame.waitForSelector('ordinal-lab:defined');
  await whenReady(lab);
  return { frame, lab };
}

/** Whether the pods of the story become Ready, and the rest of the program is there. */
async function plays({ lab }) {
  assert.equal(await lab.evaluate(() => self.origin), 'null');
  await lab.evaluate((element) => element.seek(40_000));
  const { stdout } = await lab.evaluate((element) => element.run('kubectl get pods'));
  assert.match(stdout, /-0 +1\/1 +Running/);
  assert.equal((await lab.evaluate((element) => element.state())).kind, 'List');
}

labTest('the file in a sandboxed frame plays, and tells the page around its height and progress', hostWith('<iframe sandbox="allow-scripts" src="/ordinal.html#lesson=in-order"></iframe>'), async ({ page }) => {
  const { lab } = await labIn(page);
  await plays({ lab });
  const heard = (wanted) => page.evaluate((it) => globalThis.heard.filter(({ type, name }) => type === it || name === it), wanted);
  const [{ height, origin }] = await until('it tells its height', async () => (await heard('height')).length && heard('height'));
  assert.ok(height > 400, String(height));
  assert.equal(origin, 'null');
  const [{ detail }] = await until('it tells the step', async () => (await heard('lesson-step')).length && heard('lesson-step'));
  assert.deepEqual([detail.lesson, detail.step], ['in-order', 1]);
});

// JupyterLab, Notebook: HTML(), display of a file, or an output cell with a frame of its own.
labTest('the file plays in srcdoc, as in the output of a notebook', hostWith('<div class="output"></div>'), async ({ page }) => {
  await page.evaluate(async () => {
    const frame = document.createElement('iframe');
    frame.sandbox = 'allow-scripts';
    frame.srcdoc = (await (await fetch('/ordinal.html')).text()).replace('<ordinal-lab ', '<ordinal-lab lesson="quorum" ');
    document.querySelector('.output').append(frame);
  });
  const { lab } = await labIn(page);
  assert.equal(await lab.evaluate((element) => element.lesson), 'quorum');
  await plays({ lab });
});

/** A page of one server with the file of another in a frame. */
function acrossServers(policy, sandbox, fragment = '') {
  let servers = [];
  return {
    ready: false,
    expects: /foreign request/,
    before: async () => {
      const files = await serveSite({ headers: { 'access-control-allow-origin': 'https://nobody.example', 'content-security-policy': policy }, documents: { '/ordinal.html': FILE } });
      const frame = `<iframe ${sandbox} src="${files.origin}/ordinal.html${fragment}"></iframe>`;
      const host = await serveSite({ headers: { 'content-security-policy': `frame-src ${files.origin}; script-src 'unsafe-inline'` }, documents: { '/course': HEAD + frame } });
      servers = [files, host];
      return `${host.origin}/course`;
    },
    after: () => Promise.all(servers.map((server) => server.close())),
  };
}

// Jupyter serves files with this policy, which is as a sandbox of their own: IPython.display.IFrame('ordinal.html').
labTest('the file plays below a policy that is a sandbox, as in IFrame of a notebook', acrossServers('sandbox allow-scripts', '', '#lesson=in-order'), async ({ page }) => {
  await plays(await labIn(page));
});

// Learning platforms show uploaded files from another origin, in a frame that may send forms and open windows.
labTest('the file plays in the frame of a learning platform, from another origin', acrossServers("object-src 'none'", 'sandbox="allow-scripts allow-forms allow-popups"'), async ({ page }) => {
  await plays(await labIn(page));
});
