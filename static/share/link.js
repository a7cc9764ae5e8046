// Links to a moment: #1.<base64url(deflate-raw(recipe))>.<crc32>@<ms>. After the #, so that nothing
// is sent to a server. The recipe ends in a line that says by which rules it was played, so that an
// old link can say that today's rules play it differently.
const VERSION = '1';
const RULES = /^# rules (\S+)\n?$/m;

// The most bytes that a recipe can have. Unpacking a link stops there.
export const RECIPE_BYTES = 16 << 20;

/** The part of a link that holds a recipe, with the line of its rules, at an instant. */
export async function encode(recipe, ms) {
  const raw = new TextEncoder().encode(recipe);
  const { bytes } = await through(new CompressionStream('deflate-raw'), raw);
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  const text = base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  return `#${VERSION}.${text}.${crc32(raw).toString(16).padStart(8, '0')}@${Math.round(ms)}`;
}

/**
 * What a link holds: {recipe, ms, rules, said}; undefined if it is none of ours. `ms` is at most
 * `latest`. `said` is empty if the link is whole; else it says what is wrong, and `recipe` is what
 * could be read. `rules` is empty if the link does not say by which rules it was made.
 */
export async function decode(hash, latest) {
  const [, version, rest] = /^#(\d+)\.(.*)$/s.exec(hash) ?? [];
  if (version === undefined) return undefined;
  const nothing = (said) => ({ recipe: '', ms: 0, rules: '', said });
  if (version !== VERSION) return nothing(`This link has version ${version}, but this page reads version ${VERSION}.`);
  const [, text, crc, at, more] = /^([\w-]*)(?:\.([0-9a-f]{8})(?![0-9a-f]))?(?:@(\d+))?(.*)$/is.exec(rest);
  const packed = unbase64(text);
  if (!packed) return damaged('part of its text is missing', '');
  const { bytes, isWhole, isTooLong } = await through(new DecompressionStream('deflate-raw'), packed, RECIPE_BYTES);
  if (isTooLong) return nothing(`This link was not opened: it unpacks to more than ${RECIPE_BYTES >> 20} MB, the limit for a story.`);
  let recipe = new TextDecoder().decode(bytes);
  const rules = RULES.exec(recipe)?.[1] ?? '';
  recipe = recipe.replace(RULES, '');
  const ms = Number(at ?? 0);
  if (!isWhole) return damaged('its end is missing', recipe);
  if (crc === undefined) return damaged('its checksum is missing', recipe);
  if (parseInt(crc, 16) !== crc32(bytes)) return damaged('its checksum does not match', recipe, ms <= latest ? ms : 0);
  if (more) return { recipe, ms, rules, said: `Opened the run from the link. The end of the link was not recognized: ${more.slice(0, 20)}` };
  if (ms <= latest) return { recipe, ms, rules, said: '' };
  return { recipe, ms: 0, rules, said: 'This link points beyond 7 days, the longest that a story can last. Starting from the beginning.' };
}

/** What can be shown of a damaged link: its complete lines. The last one may be cut off. */
function damaged(why, text, ms = 0) {
  const lines = text.split('\n').slice(0, -1);
  const recipe = lines.map((line) => `${line}\n`).join('');
  const shown = recipe ? `Recovered ${lines.length} lines.` : 'Nothing could be recovered.';
  return { recipe, ms, rules: '', said: `This link is damaged: ${why}. ${shown}` };
}

/** Decodes base64url; undefined if it is incomplete. */
function unbase64(text) {
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (byte) => byte.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/**
 * Sends bytes through a stream and reads the result until it ends, fails, or exceeds `limit` bytes.
 * Resolves to {bytes, isWhole, isTooLong}.
 */
export async function through(stream, input, limit = Infinity) {
  const writer = stream.writable.getWriter();
  writer.write(input).catch(() => {});
  writer.close().catch(() => {});
  const chunks = [];
  const reader = stream.readable.getReader();
  let [length, isWhole] = [0, false];
  try {
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
      length += value.length;
      if (length > limit) {
        reader.cancel().catch(() => {});
        return { bytes: new Uint8Array(), isWhole, isTooLong: true };
      }
      chunks.push(value);
    }
    isWhole = true;
  } catch {
    // What was read before counts.
  }
  return { bytes: new Uint8Array(await new Blob(chunks).arrayBuffer()), isWhole, isTooLong: false };
}

/** The checksum of zip and PNG. */
export function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}
