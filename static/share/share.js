// What leaves the page, and what comes back: links, files, pictures. Loaded when it is first needed.
import { copied, report } from '../failure.js';
import { load } from '../files.js';
import { RECIPE_BYTES, encode } from './link.js';

const FRAMES_A_SECOND = 8;
const SECONDS = 5;
// Moving pictures are made this wide, so that they stay small enough to send.
const MOVING_WIDTH = 800;

/**
 * Makes something of `text` at an instant. `lab` offers `seek(ms)`, `open(recipe, said)`, `begin(name, lesson)`, `picture()`
 * (the SVG element), `address` (of this page) and `script` (of the element, if it has one of its own). Resolves to [what was made, what to say of it].
 */
export async function share(lab, what, text, ms) {
  switch (what) {
    case 'link': {
      const link = lab.address + (await encode(text, ms));
      const said = `${await copied(link)} The link is ${link.length} characters long.`;
      return [link, location.protocol === 'file:' ? `${said} It opens this file on this computer only.` : said];
    }
    case 'embed': {
      if (!lab.script) return frame(lab, text, ms);
      // Encoded as in a link, nothing in the story can break out of the attribute.
      const story = await encode(text, ms);
      const html = `<script type="module" src="${attribute(lab.script)}"></script>\n<ordinal-lab story="${story}"></ordinal-lab>\n`;
      return [html, await copied(html)];
    }
    case 'report': {
      const made = report(text, ms);
      return [made, await copied(made)];
    }
    case 'load':
      return open(lab);
    case 'drop':
      return take(lab, text).catch((error) => ['', `The files were not opened: ${error.message}.`]);
    case 'save':
      return download('run.ordinal', new Blob([text], { type: 'text/plain' }));
    case 'log':
      return download('log.txt', new Blob([text], { type: 'text/plain' }));
    case 'json':
      return download('log.ndjson', new Blob([text], { type: 'application/x-ndjson' }));
    case 'svg': {
      const style = await (await load(new URL('./picture.css', import.meta.url))).text();
      const whole = text.replace('<style></style>', () => `<style>${style}</style>`);
      return download('picture.svg', new Blob([whole], { type: 'image/svg+xml' }));
    }
    case 'png': {
      const { paint } = await import('./paint.js');
      const canvas = paint(lab.picture(), 2 * lab.picture().clientWidth);
      return download('picture.png', await new Promise((done) => canvas.toBlob(done, 'image/png')));
    }
    case 'animation':
      return download('picture.png', await animation(lab, ms));
    default:
      throw new Error(`"${what}" is not a share format`);
  }
}

/** The page in one file has no script to be named: a frame shows it, from beside the other page. */
async function frame(lab, text, ms) {
  const file = lab.address.slice(lab.address.lastIndexOf('/') + 1);
  const html = `<iframe src="${attribute(file)}${await encode(text, ms)}" title="Ordinal" width="100%" height="700"></iframe>\n`;
  return [html, `${await copied(html)} Put ${file} next to the page.`];
}

/** Paints the time from `ms` on, frame by frame, and comes back. */
async function animation(lab, ms) {
  const { MovingPng, paint } = await import('./paint.js');
  const moving = new MovingPng(1000 / FRAMES_A_SECOND);
  for (let frame = 0; frame < SECONDS * FRAMES_A_SECOND; frame++) {
    await lab.seek(ms + (frame * 1000) / FRAMES_A_SECOND);
    await new Promise((done) => setTimeout(done));
    await moving.add(paint(lab.picture(), MOVING_WIDTH));
  }
  await lab.seek(ms);
  return moving.blob();
}

/** Escapes a text for a quoted attribute. */
const attribute = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

function download(name, blob) {
  const anchor = document.createElement('a');
  anchor.download = name;
  anchor.href = URL.createObjectURL(blob);
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 10_000);
  return ['', `Saved as ${name} (${Math.ceil(blob.size / 1000)} kB).`];
}

function open(lab) {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.ordinal,.lesson,.txt,.yaml,.yml,.json,.ndjson';
  input.multiple = true;
  return new Promise((done) => {
    input.addEventListener('cancel', () => done(['', '']));
    input.addEventListener('change', () => take(lab, [...input.files]).then(done, (error) => done(['', `${error.message}.`])));
    input.click();
  });
}

/** Opens files that were chosen or dropped: a story, a lesson, or all that a real cluster said. */
async function take(lab, files) {
  const names = files.map((file) => file.name).join(', ');
  const [file] = files;
  if (files.length > 1 || /\.(ya?ml|nd?json)$/.test(file.name)) {
    // Each file keeps its name and its form: see `read_joined` in src/observe.
    const texts = await Promise.all(files.map(async (one) => `\u001e${one.name.replace(/\s+/g, ' ')}\n${await one.text()}\n`));
    lab.open(texts.join(''), '');
    return ['', `Opened ${names}.`];
  }
  if (file.size > RECIPE_BYTES) return ['', `${file.name} was not opened: it is larger than ${RECIPE_BYTES >> 20} MB, the limit for a story.`];
  if (file.name.endsWith('.lesson')) lab.begin(file.name, await file.text());
  else lab.open(await file.text(), `Opened ${file.name}.`);
  return ['', `Opened ${names}.`];
}
