// The element in other pages: stories that cannot be played, odd attributes, links, what is stored.
import assert from 'node:assert/strict';
import { deflateRawSync } from 'node:zlib';
import { labTest, pause, press, run, textOf, until } from './lab.mjs';
import { ORDINAL_JS, serveSite } from './site.mjs';

const HEAD = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Test</title><link rel="icon" href="/icon.svg"><script type="module" src="/element.js"></script>';
const pageWith = (body, options = {}) => ({ path: '/test', ready: false, ...options, site: { ...options.site, documents: { '/test': HEAD + body, ...options.site?.documents } } });

const clock = (lab) => textOf(lab, '.clock');

/** What becomes of a promise of the element: its error, or what it resolves to. */
const outcome = (lab, ask, ...given) =>
  lab.evaluate(
    async (element, question, values) => {
      const late = new Promise((done) => setTimeout(done, 20_000, 'it hangs'));
      const asked = question === 'ready' ? element.ready : element[question](...values.map((value) => ({ NaN, Infinity })[value] ?? value));
      return Promise.race([asked.then((value) => value ?? 'done', ({ name, message }) => `${name}: ${message}`), late]);
    },
    ask,
    given,
  );

/** The error events of the element from now on. */
const hear = (lab) =>
  lab.evaluate((element) => {
    element.errors = [];
    element.addEventListener('error', ({ detail }) => element.errors.push(detail.message));
  });
const heard = (lab) => lab.evaluate((element) => element.errors);
const set = (lab, name, value) => lab.evaluate((element, key, text) => element.setAttribute(key, text), name, value);

const BROKEN = { '/broken.ordinal': 'ordinal 1\nnodes many\n', '/good.ordinal': 'ordinal 1\nnodes 2\n' };

labTest('a story that cannot be played is refused in words, and a good one makes up for it', pageWith('<ordinal-lab story="/broken.ordinal"></ordinal-lab>', { site: { documents: BROKEN } }), async ({ lab }) => {
  assert.match(await outcome(lab, 'ready'), /This story can't be played:\nline 2/);
  for (const [ask, ...given] of [['run', 'kubectl get pods'], ['state'], ['apply', ''], ['seek', 5]]) {
    assert.match(await outcome(lab, ask, ...given), /can't be played/, ask);
  }
  assert.match(await textOf(lab, '.loading'), /This story can't be played:[^]*line 2/);
  await hear(lab);
  await set(lab, 'story', '/good.ordinal');
  assert.equal(await outcome(lab, 'ready'), 'done');
  assert.match((await run(lab, 'kubectl get nodes')).stdout, /node-2/);
  await set(lab, 'story', '/broken.ordinal');
  assert.match(await outcome(lab, 'ready'), /can't be played/);
  assert.equal((await heard(lab)).length, 1);
});

labTest('a story that is not there is missed in words', pageWith('<ordinal-lab story="/nowhere.ordinal"></ordinal-lab>', { expects: /404|nowhere/, site: { documents: BROKEN } }), async ({ lab }) => {
  assert.match(await outcome(lab, 'ready'), /no story at .*nowhere\.ordinal \(404\)/);
  assert.match(await outcome(lab, 'run', 'kubectl get pods'), /404/);
  assert.match(await textOf(lab, '[role=alert]'), /404/);
  // Several attributes at once make one beginning.
  await lab.evaluate((element) => {
    element.setAttribute('story', '/broken.ordinal');
    element.setAttribute('controls', 'time');
    element.setAttribute('story', '/good.ordinal');
  });
  assert.equal(await outcome(lab, 'ready'), 'done');
  assert.match((await run(lab, 'kubectl get nodes')).stdout, /node-2/);
});

labTest('what was asked of a story that goes is rejected', pageWith('<ordinal-lab story="/good.ordinal"></ordinal-lab>', { site: { documents: BROKEN } }), async ({ lab }) => {
  await outcome(lab, 'ready');
  const answers = await lab.evaluate(async (element, program) => {
    // A program that takes its time.
    const { Lab } = await import(program);
    const { run } = Lab.prototype;
    const asked = new Promise((done) => (Lab.prototype.run = done));
    const [early, late] = [element.run('kubectl get nodes'), new Promise((done) => setTimeout(done, 10_000, 'it hangs'))];
    await asked;
    Lab.prototype.run = run;
    element.setAttribute('story', '/broken.ordinal');
    return Promise.race([late, Promise.allSettled([early, element.ready, element.state()])]);
  }, ORDINAL_JS);
  assert.deepEqual(answers.map(({ status }) => status), ['rejected', 'rejected', 'rejected']);
});

labTest('earlier names of our files still work', pageWith('<ordinal-lab story="/stories/master-crash.ordinal" lesson="/lessons/master.lesson"></ordinal-lab>'), async ({ lab }) => {
  await until('the lesson is told', () => textOf(lab, '.lesson h2'));
  assert.equal(await textOf(lab, '.problem'), '');
});

labTest('stories and lessons are found by their names', pageWith('<ordinal-lab story="side-by-side"></ordinal-lab>'), async ({ lab }) => {
  assert.equal(await outcome(lab, 'ready'), 'done');
  await until('the Deployment of the story is there', async () => /Deployment/.test(await textOf(lab, 'svg.picture')));
  await set(lab, 'lesson', 'in-order');
  assert.equal(await outcome(lab, 'ready'), 'done');
  await until('the lesson is told', () => textOf(lab, '.lesson'));
  assert.equal(await textOf(lab, '.problem'), '');
});

labTest('a lesson that is not there is missed in words', pageWith('<ordinal-lab story="/good.ordinal" lesson="/nowhere.lesson"></ordinal-lab>', { expects: /404|nowhere/, site: { documents: BROKEN } }), async ({ lab }) => {
  await outcome(lab, 'ready');
  assert.match(await textOf(lab, '.problem'), /no lesson at .*nowhere\.lesson \(404\)/);
  // It is said once, whole, and the controls stay in reach.
  assert.equal(await textOf(lab, '.notice'), '');
  const isClear = await lab.evaluate((element) => {
    const [bar, words, play] = ['.problem', '.problem p', '.play'].map((it) => element.shadowRoot.querySelector(it).getBoundingClientRect());
    return [bar.bottom < play.top, bar.bottom >= words.bottom];
  });
  assert.deepEqual(isClear, [true, true]);
  await set(lab, 'lesson', '/lessons/in-order.lesson');
  assert.equal(await outcome(lab, 'ready'), 'done');
  await until('the lesson is told', () => textOf(lab, '.lesson'));
  assert.equal(await textOf(lab, '.problem'), '');
});

const INSTANTS = [
  ['41000', '0:41.0'],
  ['30s', '0:30.0'],
  ['1m30s', '1:30.0'],
  ['500ms', '0:00.5'],
  ['0:41', '0:41.0'],
  ['0:41.5', '0:41.5'],
  ['1:02:03', '1:02:03.0'],
];
const ODD = ['abc', '1e12', '-5', '0:99', '1:2:3:4', '10 s', '1.5', '8000000000000', '200h', '0:4é'];

labTest('instants are written as in stories', pageWith('<ordinal-lab story="/good.ordinal"></ordinal-lab>', { site: { documents: BROKEN } }), async ({ lab }) => {
  await outcome(lab, 'ready');
  await hear(lab);
  for (const [text, shown] of INSTANTS) {
    await set(lab, 'at', text);
    await until(`at ${text} it shows ${shown}`, async () => (await clock(lab)) === shown);
  }
  assert.deepEqual(await heard(lab), []);
  for (const text of ODD) {
    await set(lab, 'at', text);
    const said = (await heard(lab)).at(-1);
    assert.ok(said?.includes(`at="${text}"`), `${text}: ${said}`);
    assert.equal(await textOf(lab, '.problem p'), said);
  }
  await set(lab, 'speed', 'fast');
  assert.match(await textOf(lab, '.problem p'), /speed="fast" is not a number/);
  await set(lab, 'controls', 'all');
  await outcome(lab, 'ready');
  assert.match(await textOf(lab, '.problem p'), /controls="all" is not one of full, time, none/);
  await press(lab, 'Dismiss');
  assert.equal(await textOf(lab, '.problem p'), '');
});

for (const [text, shown] of [['30s', '0:30.0'], ['abc', '0:00.0']]) {
  labTest(`an element begins at ${text}`, pageWith(`<ordinal-lab story="/good.ordinal" at="${text}"></ordinal-lab>`, { site: { documents: BROKEN } }), async ({ lab }) => {
    assert.equal(await outcome(lab, 'ready'), 'done');
    await until(`it shows ${shown}`, async () => (await clock(lab)) === shown);
    assert.equal(/at="abc"/.test(await textOf(lab, '.problem p')), text === 'abc');
  });
}

labTest('what is called in a row happens in a row', pageWith('<ordinal-lab story="/good.ordinal"></ordinal-lab>', { site: { documents: BROKEN } }), async ({ lab }) => {
  await outcome(lab, 'ready');
  await lab.evaluate((element) => {
    element.seek(5_000);
    element.play();
  });
  await until('time passes', async () => (await clock(lab)) > '0:05.0');
});

labTest('odd instants are refused, or the nearest there is', pageWith('<ordinal-lab><script type="text/x-ordinal">ordinal 1\nnodes 1\n</script></ordinal-lab>'), async ({ page, lab }) => {
  await outcome(lab, 'ready');
  for (const odd of ['NaN', 'Infinity', 'x']) assert.match(await outcome(lab, 'seek', odd), /^RangeError: seek/, odd);
  assert.equal(await outcome(lab, 'seek', 5_000), 5_000);
  await until('it is there', async () => (await clock(lab)) === '0:05.0');
  assert.equal(await outcome(lab, 'seek', -1), 0);
  await until('it is at the beginning', async () => (await clock(lab)) === '0:00.0');
  assert.equal(await outcome(lab, 'seek', 1e12), 7 * 24 * 3_600_000);
  await until('it is at the end of seven days', async () => (await clock(lab)) === '168:00:00.0');
  assert.equal(await page.evaluate(async (program) => (await import(program)).latest(), ORDINAL_JS), 7 * 24 * 3_600_000);
});

/** A link as the page makes it, of a recipe. */
const { encode } = await import(new URL('../../static/share/link.js', import.meta.url));
const HOSTILE = [
  'ordinal 1',
  'kubernetes 1.37',
  'nodes 2',
  'at 1s kubectl apply -f - <<EOF',
  'apiVersion: v1',
  'kind: ConfigMap',
  'metadata: { name: odd }',
  'data:',
  '  html: "</script><script>globalThis.hacked = true</script><img src=x onerror=\\"globalThis.hacked = true\\"><!-- <script>"',
  '  more: "&lt;/script&gt; &amp; \\" \' ` ${1} -->"',
  'EOF',
  'at 2s write web-0.web \'</ordinal-lab></script><img src=x onerror=globalThis.hacked=true>\'',
  '',
].join('\n');

const value = (lab) => lab.evaluate((element) => element.shadowRoot.querySelector('.share textarea')?.value);
const share = async (lab, label) => {
  await press(lab, 'Share');
  await until('the dialog opens', () => textOf(lab, '.share'));
  await press(lab, label);
  return until('it is made', () => value(lab));
};

/** The recipe that an element has, as a link to it tells. */
const recipeOf = async (lab) => {
  const { decode } = await import(new URL('../../static/share/link.js', import.meta.url));
  const link = await share(lab, 'Copy a link');
  return (await decode(link.slice(link.indexOf('#')), 1e12)).recipe;
};

labTest('nothing in a run breaks out of the lines for a web page', { expects: /foreign request: \S*(host|icon\.svg)$/ }, async ({ page, lab, site }) => {
  // No policy of the page helps.
  await page.goto('about:blank');
  await page.goto(site.origin + '/' + (await encode(HOSTILE, 3_000)), { waitUntil: 'load' });
  const first = await page.waitForSelector('ordinal-lab:defined');
  await outcome(first, 'ready');
  await until('the rest of the program is there', async () => !/Loading/.test(await textOf(first, '.notice')));
  assert.match(await textOf(first, '.notice'), /run from the link/);
  const html = await share(first, 'Copy for a web page');
  assert.match(html, /^<script type="module" src="http:[^"]*element\.js"><\/script>\n<ordinal-lab story="#1\.[\w.@-]*"><\/ordinal-lab>\n$/);
  const other = await serveSite({
    documents: { '/host': `<!doctype html><html lang="en"><title>Host</title><link rel="icon" href="/icon.svg">${html}<p id="after">after</p></html>` },
    headers: { 'content-security-policy': "default-src * 'unsafe-inline' 'unsafe-eval'" },
  });
  try {
    await page.goto(`${other.origin}/host`, { waitUntil: 'load' });
    const embedded = await page.waitForSelector('ordinal-lab:defined');
    assert.equal(await outcome(embedded, 'ready'), 'done');
    await until('it is at the moment', async () => (await clock(embedded)) === '0:03.0');
    await press(embedded, 'Share');
    assert.equal(await recipeOf(embedded), HOSTILE);
    assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
    assert.equal(await page.evaluate(() => document.querySelector('#after').parentNode.localName), 'body');
  } finally {
    await other.close();
  }
});

labTest('a story in a script element goes on working', pageWith('<ordinal-lab at="5s">\n<script type="text/x-ordinal">\nordinal 1\nnodes 2\n</script>\n</ordinal-lab>'), async ({ lab }) => {
  assert.equal(await outcome(lab, 'ready'), 'done');
  assert.match((await run(lab, 'kubectl get nodes')).stdout, /node-2/);
  await until('it is at the moment', async () => (await clock(lab)) === '0:05.0');
});

/** Puts bytes into a link as they are. */
function linkOf(packed, crc = '00000000', at = '@0') {
  return `#1.${Buffer.from(packed).toString('base64url')}.${crc}${at}`;
}

const RECIPE = 'ordinal 1\nnodes 2\nat 1s kubectl cordon node-1\nat 2s kubectl cordon node-2\n';
const whole = await encode(RECIPE, 1_500);
const LINKS = {
  'a link without rules': [whole, /^Opened the run from the link\./, /node-2/],
  'a link by other rules': [await encode(`${RECIPE}# rules 0.00000000\n`, 1_500), /another version of Ordinal/, /node-2/],
  'a link of another version': [whole.replace('#1.', '#9.'), /has version 9, but this page reads version 1/],
  'another checksum': [whole.replace(/\.[0-9a-f]{8}@/, '.00000000@'), /damaged: its checksum does not match. Recovered 4 lines/, /node-2/],
  'no checksum': [whole.replace(/\.[0-9a-f]{8}@.*/, ''), /damaged: its checksum is missing. Recovered 4 lines/, /node-2/],
  'no end': [linkOf(deflateRawSync(Buffer.from(RECIPE.repeat(3).replaceAll('ordinal 1\nnodes 2\n', '').replace(/^/, 'ordinal 1\nnodes 2\n'))).subarray(0, -12)), /damaged: its end is missing/],
  'no text': ['#1.', /damaged: its end is missing. Nothing/],
  'one letter too many': ['#1.AAAAA.00000000@0', /damaged: part of its text is missing. Nothing/],
  'noise': [linkOf([255, 254, 253, 1, 2, 3]), /damaged/],
  'a moment beyond all': [whole.replace('@1500', '@253402300800000'), /points beyond 7 days/, /node-2/],
  'more than a moment': [`${whole}&utm_source=mail`, /not recognized: &utm_source=mail/, /node-2/],
  'a bomb': [linkOf(deflateRawSync(Buffer.alloc(200 << 20), { level: 9 })), /unpacks to more than 16 MB/],
};

labTest('links say exactly what is wrong with them, and show what can be shown', {}, async ({ page, lab }) => {
  await lab.evaluate((element) => element.pause());
  for (const [name, [link, said, nodes]] of Object.entries(LINKS)) {
    await page.evaluate((hash) => {
      location.hash = '';
      location.hash = hash;
    }, link);
    await until(`${name}: ${said}`, async () => said.test(await textOf(lab, '.notice')));
    if (nodes) assert.match((await run(lab, 'kubectl get nodes')).stdout, nodes, name);
  }
  // What is no link of ours is left alone.
  const before = await textOf(lab, '.notice');
  for (const hash of ['#S12', '#v1.2', '#top', '#1', '#']) {
    await page.evaluate((to) => (location.hash = to), hash);
    await pause(30);
    assert.equal(await textOf(lab, '.notice'), before, hash);
  }
});

const TWIN = '<ordinal-lab story="/stories/first.ordinal"></ordinal-lab>';
const THREE = `${TWIN}<ordinal-lab story="/stories/first.ordinal"></ordinal-lab><ordinal-lab id="mine" story="/stories/first.ordinal"></ordinal-lab>`;
const labs = async (page) => {
  await page.waitForSelector('ordinal-lab:defined');
  const all = await page.$$('ordinal-lab');
  for (const it of all) assert.equal(await outcome(it, 'ready'), 'done');
  return all;
};
const replicas = async (lab) => /web +\d\/(\d)/.exec((await run(lab, 'kubectl get statefulset web')).stdout)?.[1];

labTest('runs of two elements and two pages never mix', pageWith(THREE, { site: { documents: { '/other': HEAD + TWIN } } }), async ({ page, site }) => {
  let all = await labs(page);
  for (const [at, lab] of all.entries()) {
    await lab.evaluate((element) => element.seek(5_000));
    await run(lab, `kubectl scale statefulset web --replicas=${at + 4}`);
  }
  await page.goto(`${site.origin}/other`, { waitUntil: 'load' });
  const [other] = await labs(page);
  await other.evaluate((element) => element.seek(5_000));
  assert.equal(await replicas(other), '3');
  await run(other, 'kubectl scale statefulset web --replicas=1');
  await page.goto(`${site.origin}/test`, { waitUntil: 'load' });
  all = await labs(page);
  assert.deepEqual([await replicas(all[0]), await replicas(all[1]), await replicas(all[2])], ['4', '5', '6']);
  // An element that comes while the first is there takes nothing of it.
  const added = await page.evaluateHandle(async () => {
    const lab = document.createElement('ordinal-lab');
    lab.setAttribute('story', '/stories/first.ordinal');
    document.body.prepend(lab);
    await lab.ready;
    return lab;
  });
  await added.evaluate((element) => element.seek(5_000));
  assert.equal(await replicas(added), '3');
  assert.equal(await replicas(all[0]), '4');
});

const FOUL = {
  garbage: () => {
    for (const name of ['ordinal.run', 'ordinal.manifest', 'ordinal.run.0', 'ordinal.run /test 0 /good.ordinal', 'ordinal.manifest /test 0 /good.ordinal']) {
      for (const text of ['x\ny', '5\nab', '999999999999\n', '-1\n', '']) sessionStorage.setItem(name, text);
    }
    localStorage.setItem('ordinal.theme', '\u0000');
    localStorage.setItem('ordinal.lessons', '\n\n\u0000');
  },
  denied: () => {
    for (const name of ['sessionStorage', 'localStorage']) {
      Object.defineProperty(globalThis, name, { get: () => { throw new DOMException('denied', 'SecurityError'); } });
    }
  },
  full: () => {
    Storage.prototype.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  },
};

for (const [name, spoil] of Object.entries(FOUL)) {
  labTest(`storage that is ${name} does no harm`, pageWith('<ordinal-lab story="/good.ordinal"></ordinal-lab>', { site: { documents: BROKEN } }), async ({ page, lab: first }) => {
    await outcome(first, 'ready');
    await page.evaluateOnNewDocument(spoil);
    await page.reload({ waitUntil: 'load' });
    const lab = await page.waitForSelector('ordinal-lab:defined');
    assert.equal(await outcome(lab, 'ready'), 'done');
    await run(lab, 'kubectl cordon node-1');
    assert.match((await run(lab, 'kubectl get nodes')).stdout, /SchedulingDisabled/);
    await press(lab, 'Switch theme');
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide')));
    assert.match((await run(lab, 'kubectl get nodes')).stdout, /SchedulingDisabled/);
    if (name === 'garbage') await page.evaluate(() => [localStorage.clear(), sessionStorage.clear()]);
  });
}

const TYPED = { site: { types: { '.wasm': 'application/octet-stream' } } };
labTest('a server that does not know WebAssembly will do', TYPED, async ({ lab }) => {
  assert.match((await run(lab, 'kubectl get nodes')).stdout, /node-1/);
});

labTest('an element whose module does not come says so, and comes later', pageWith('<ordinal-lab story="/good.ordinal?early"></ordinal-lab>', { expects: /ordinal_bg|Failed to load/, site: { documents: BROKEN } }), async ({ page }) => {
  await page.setRequestInterception(true);
  let isBroken = true;
  page.on('request', (request) => (isBroken && request.url().includes('.wasm') ? request.abort() : request.continue()));
  await page.reload({ waitUntil: 'load' });
  const lab = await page.waitForSelector('ordinal-lab:defined');
  assert.match(await outcome(lab, 'ready'), /Ordinal could not be loaded/);
  assert.match(await textOf(lab, '[role=alert]'), /Ordinal could not be loaded/);
  isBroken = false;
  await set(lab, 'story', '/good.ordinal');
  assert.equal(await outcome(lab, 'ready'), 'done');
});

labTest('a sandboxed frame whose server allows nothing says so', {
  path: '/test',
  ready: false,
  expects: /CORS|Access-Control|Cross-Origin|failed request|ERR_FAILED/,
  site: {
    headers: { 'access-control-allow-origin': 'https://nobody.example' },
    documents: { '/test': '<!doctype html><html lang="en"><title>Test</title><link rel="icon" href="/icon.svg"><ordinal-lab></ordinal-lab><iframe sandbox="allow-scripts" width="800" height="600" src="/"></iframe>' },
  },
}, async ({ page }) => {
  const frame = await (await page.waitForSelector('iframe')).contentFrame();
  await until('it says so', async () => /Access-Control-Allow-Origin: \*/.test(await frame.evaluate(() => document.body.innerText)));
});
