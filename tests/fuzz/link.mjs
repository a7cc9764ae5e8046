// Reads links that were damaged at random, one seed for each: nothing throws, nothing is made up.
//
//   node tests/fuzz/link.mjs [EXECUTIONS] [FIRST_SEED]
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { crc32, decode, encode } from '../../static/share/link.js';
import { dice } from './dice.mjs';

const stories = new URL('../../static/stories/', import.meta.url);
const RECIPES = [
  'ordinal 1\n',
  'ordinal 1\nseed 7\nat 1s kubectl get pods\n',
  'ordinal 1\nnode a zone=a\nat 2s write web-0.web "ä € 🙂"\nat 1h crash web-0\n# a remark\n',
  ...readdirSync(stories).map((name) => readFileSync(new URL(name, stories), 'utf8')),
];
// What links and recipes are made of, and what they are not.
const WORDS = [
  '#', '#1.', '#2.', '@', '.', '-', '_', '=', '%', '+', '/', '0', 'A', 'ffffffff', '\n', '\r\n', '\u2028', '\0', '🙂', 'ä',
  '@0', '@99999999999999999999', '@1e9', `@${'9'.repeat(400)}`, '# rules 1.00000000\n', '# rules\n', '# rules 1.2 3\n', 'at 1s ', '<<EOF\n', 'EOF\n',
];

/** A text with one to four changes. */
function changed(text, roll) {
  for (let count = 1 + roll(4); count > 0; count -= 1) {
    const [from, to] = [roll(text.length + 1), roll(text.length + 1)].sort((one, other) => one - other);
    const near = Math.min(to, from + roll(8));
    const word = WORDS[roll(WORDS.length)];
    switch (roll(6)) {
      case 0:
        text = text.slice(0, from) + word + text.slice(from);
        break;
      case 1:
        text = text.slice(0, from) + text.slice(near);
        break;
      case 2:
        text = text.slice(0, from);
        break;
      case 3:
        text = text.slice(0, near) + text.slice(from, near) + text.slice(near);
        break;
      case 4:
        text = text.slice(0, from) + String.fromCharCode(32 + roll(95)) + text.slice(from + 1);
        break;
      default:
        text = text.slice(0, from) + String.fromCharCode(roll(0x10000)) + text.slice(from + 1);
    }
  }
  return text;
}

/** A link whose checksum is right, whatever its bytes are. */
function whole(bytes, at) {
  return `#1.${deflateRawSync(bytes, { level: 1 }).toString('base64url')}.${crc32(bytes).toString(16).padStart(8, '0')}@${at}`;
}

/** What holds of everything that is read. */
function check(link, hash) {
  const isOurs = /^#\d+\./.test(hash);
  assert.equal(link !== undefined, isOurs, 'what is no link is nothing');
  if (!isOurs) return;
  assert.deepEqual(Object.keys(link).sort(), ['ms', 'recipe', 'rules', 'said']);
  assert.equal(typeof link.recipe, 'string');
  assert.equal(typeof link.rules, 'string');
  assert.ok(Number.isFinite(link.ms) && link.ms >= 0, `an instant: ${link.ms}`);
  if (link.said) {
    assert.match(link.said, /^(This link|Opened the run) /);
    if (/damaged|version/.test(link.said)) assert.equal(link.rules, '');
    assert.ok(link.recipe === '' || link.recipe.endsWith('\n'), 'only whole lines');
  }
}

/** The latest instant of a story. */
const LATEST_MS = 7 * 24 * 3_600_000;

/** One link for a seed, in one of four ways. */
async function execute(seed, links) {
  const roll = dice(seed);
  // Mostly the short ones, which are read faster.
  const which = roll(4) ? roll(3) : roll(RECIPES.length);
  const recipe = RECIPES[which];
  let hash;
  switch (roll(4)) {
    case 0: {
      // Cut off: what is read is where the recipe begins.
      hash = links[which].slice(0, roll(links[which].length + 1));
      const link = await decode(hash, LATEST_MS);
      check(link, hash);
      if (link?.said) assert.ok(recipe.startsWith(link.recipe), 'something was made up');
      return;
    }
    case 1: {
      const bytes = Buffer.from(changed(recipe, roll));
      // Bytes that are no text.
      for (let count = roll(3); count > 0 && bytes.length; count -= 1) bytes[roll(bytes.length)] = roll(256);
      hash = whole(bytes, roll(LATEST_MS));
      const link = await decode(hash, LATEST_MS);
      check(link, hash);
      assert.equal(link.said, '', 'the checksum is right');
      return;
    }
    case 2: {
      // Printed again it says the same.
      const text = Buffer.from(changed(recipe, roll)).toString().replace(/^# rules.*$/gm, '').replace(/^\ufeff/, '');
      const ms = roll(LATEST_MS);
      hash = await encode(`${text}# rules 1.0badcafe\n`, ms);
      const link = await decode(hash, LATEST_MS);
      const isOnItsLine = text === '' || text.endsWith('\n') || text.endsWith('\r') || /[\u2028\u2029]$/.test(text);
      if (isOnItsLine) assert.deepEqual(link, { recipe: text, ms, rules: '1.0badcafe', said: '' });
      return;
    }
    default:
      hash = changed(links[which], roll);
      check(await decode(hash, LATEST_MS), hash);
  }
}

/** Reads so many links; an error says which seed it was. */
export async function fuzz(executions, first = 1) {
  const links = await Promise.all(RECIPES.map((recipe) => encode(`${recipe}# rules 1.00c0ffee\n`, 41_000)));
  for (let seed = first; seed < first + executions; seed += 1) {
    try {
      await execute(seed, links);
    } catch (error) {
      error.message = `node tests/fuzz/link.mjs 1 ${seed}: ${error.message}`;
      throw error;
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [executions = 1_000_000, first = 1] = process.argv.slice(2).map(Number);
  await fuzz(executions, first);
  console.log(`${executions} links, nothing found`);
}
