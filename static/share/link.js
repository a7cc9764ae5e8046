// Links to a moment: #1.<base64url(deflate-raw(recipe))>.<crc32>@<ms>. After the #, so that nothing
// is sent to a server. The recipe ends in a line that says by which rules it was played, so that an
// old link can say that today's rules play it differently.
const VERSION = '1';
const RULES = /^# rules (\S+)\n?$/m;

/** The part of a link that holds a recipe, with the line of its rules, at an instant. */
export async function encode(recipe, ms) {
  const raw = new TextEncoder().encode(recipe);
  const packed = await through(new CompressionStream('deflate-raw'), raw);
  const base64 = btoa(String.fromCharCode(...packed));
  const text = base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  return `#${VERSION}.${text}.${crc32(raw).toString(16).padStart(8, '0')}@${Math.round(ms)}`;
}

/**
 * What a link holds: {recipe, ms, rules, said}; undefined if it is none of ours. `said` is empty if
 * the link is whole; else it says what is wrong, and `recipe` is what could be read.
 */
export async function decode(hash) {
  const [, version, text, crc, at] = /^#(\w+)\.([\w-]*)(?:\.(\w*))?(?:@(\d*))?/.exec(hash) ?? [];
  if (version === undefined) return undefined;
  if (version !== VERSION) {
    return { recipe: '', ms: 0, rules: '', said: `This link is of version ${version}; this page reads version ${VERSION}.` };
  }
  let raw = new Uint8Array();
  try {
    const packed = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (byte) => byte.charCodeAt(0));
    raw = await through(new DecompressionStream('deflate-raw'), packed);
  } catch {
    // Not even base64: nothing can be read.
  }
  let recipe = new TextDecoder().decode(raw);
  const isWhole = crc !== undefined && parseInt(crc, 16) === crc32(raw);
  const ms = Math.min(Number(at ?? 0), Number.MAX_SAFE_INTEGER);
  const rules = RULES.exec(recipe)?.[1] ?? '';
  recipe = recipe.replace(RULES, '');
  if (isWhole) return { recipe, ms, rules, said: '' };
  // The last line may be cut off.
  const lines = recipe.split('\n').slice(0, -1);
  const said = lines.length
    ? `This link is damaged: ${lines.length} lines of its story could be read, and are shown.`
    : 'This link is damaged: nothing of its story could be read.';
  return { recipe: lines.length ? `${lines.join('\n')}\n` : '', ms, rules: '', said };
}

/** Sends bytes through a stream; of damaged ones it gives what came before the damage. */
export async function through(stream, bytes) {
  const writer = stream.writable.getWriter();
  writer.write(bytes).catch(() => {});
  writer.close().catch(() => {});
  const chunks = [];
  const reader = stream.readable.getReader();
  try {
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) chunks.push(value);
  } catch {
    // What was read before counts.
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
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
