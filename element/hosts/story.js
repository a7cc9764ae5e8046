// Shared code of the Markdown plugins: converts a fenced block to an element. Runs in Node.
import { deflateRawSync } from 'node:zlib';
import { crc32 } from '../share/link.js';

const NAMES = ['at', 'until', 'loop', 'speed', 'autoplay', 'controls', 'theme', 'poster', 'loading', 'present', 'fit', 'list', 'lesson', 'lesson-step', 'story'];

/** The attributes of the element for a fenced block, from its text and its info string after `ordinal`. */
export function attributesOf(text, info = '') {
  const attributes = {};
  for (const [, name, value] of info.matchAll(/([\w-]+)(?:=("[^"]*"|\S+))?/g)) {
    if (NAMES.includes(name)) attributes[name] = value?.replace(/^"(.*)"$/, '$1') ?? '';
  }
  if (text.trim() && !attributes.story) attributes.story = linkOf(text);
  return attributes;
}

/** Encodes a story as a link, so that nothing in it can break out of an attribute. */
function linkOf(text) {
  const raw = Buffer.from(text.endsWith('\n') ? text : `${text}\n`);
  const crc = crc32(raw).toString(16).padStart(8, '0');
  return `#1.${deflateRawSync(raw, { level: 9 }).toString('base64url')}.${crc}@0`;
}
