// Where the files of the element come from: from beside its scripts, unless they were brought along,
// as the page in one file does.
const brought = new Map();
/** The address of this script. Bundlers look for files where it stands in new URL() itself, and fail if the name is not a text. */
const HERE = import.meta.url;

/** Brings files along: their content, packed by gzip, under their names beside this script. */
export function bring(files) {
  for (const [name, packed] of Object.entries(files)) brought.set(new URL(name, HERE).href, packed);
}

/** Whether there is nothing beside this script. */
export const isAlone = () => brought.size > 0;

/** The answer to a request for a file, by its whole address. */
export function load(address, options) {
  const packed = brought.get(String(address));
  if (!packed) return fetch(address, options);
  const content = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  const type = String(address).endsWith('.wasm') ? 'application/wasm' : 'text/plain';
  return Promise.resolve(new Response(content, { headers: { 'content-type': type } }));
}

/** Loads the page again, with fresh copies of our files: a cache may have kept some of another version. */
export async function reloadAll() {
  const folder = new URL('.', HERE).href;
  const asked = performance.getEntriesByType('resource').map(({ name }) => name);
  const ours = new Set(asked.filter((name) => name.startsWith(folder)));
  await Promise.allSettled(Array.from(ours, (name) => fetch(name, { cache: 'reload' })));
  location.reload();
}

/** Earlier names of our files, which older pages and links use. */
const RENAMED = { 'lessons/master.lesson': 'lessons/primary.lesson', 'stories/master-crash.ordinal': 'stories/primary-crash.ordinal' };

/** The text at an address, or in a link that starts with #. */
export async function textAt(given, what) {
  if (typeof given === 'string') return textIn(given);
  const [before] = Object.keys(RENAMED).filter((name) => given.href === new URL(name, HERE).href);
  const address = before ? new URL(RENAMED[before], HERE) : given;
  const response = await load(address).catch((error) => {
    throw new Error(`The ${what} at ${address} could not be fetched: ${error.message}.${hintAt(address)}`);
  });
  if (!response.ok) throw new Error(`There is no ${what} at ${address} (${response.status}).`);
  return response.text();
}

async function textIn(link) {
  const { decode } = await import('./share/link.js');
  const { recipe, said } = (await decode(link, Infinity)) ?? { said: 'The link is not one of ours.' };
  if (said) throw new Error(said);
  return recipe;
}

/** What may be wrong if nothing comes from another origin. */
export const hintAt = ({ host, origin }) => (origin === location.origin ? '' : ` Check that ${host} sends Access-Control-Allow-Origin.`);

/** The address of a lesson in the list, or of the list if there is no name. Bundlers look for addresses that are written so. */
export const lessonAt = (name) => (name ? new URL(`./lessons/${name}.lesson`, import.meta.url) : new URL('./lessons/index.txt', import.meta.url));

/** The address of a lesson that is given by its name in the list, by its address, or as a link that starts with #. */
export function lessonAddress(lesson) {
  if (lesson.startsWith('#')) return lesson;
  return /^[\w-]+$/.test(lesson) ? lessonAt(lesson) : new URL(lesson, document.baseURI);
}

/** The address of a story that is given by its name, or by its address. */
export const storyAddress = (story) =>
  /^[\w-]+$/.test(story) ? new URL(`./stories/${story}.ordinal`, import.meta.url) : new URL(story, document.baseURI);

/** The name of a lesson: that in the list if it is one of ours, ~ and the checksum if a link holds it, otherwise its address. */
export function nameOf(lesson) {
  if (lesson.startsWith('#')) return `~${lesson.split(/[.@]/)[2] ?? ''}`;
  const [, name] = /^lessons\/([\w-]+)\.lesson$/.exec(lesson) ?? [];
  return name && new URL(lesson, document.baseURI).href === lessonAt(name).href ? name : lesson;
}
