// Where the story of an element comes from: an attribute, a property, or what stands inside the element.
import { storyAddress, textAt } from './files.js';

/** What may hold a story inside an element. Hosts wrap code blocks in elements of their own. */
const INLINE = 'script[type="text/x-ordinal"], template, code.language-ordinal, pre';

/** The story inside an element; undefined if there is none. */
export function inlineStory(lab) {
  const holder = lab.querySelector(INLINE);
  const text = holder && textOf(holder.content ?? holder).trimStart();
  return text || undefined;
}

/** The text of a node, where highlighters may have put line breaks as elements. */
function textOf(node) {
  const copy = node.cloneNode(true);
  for (const end of copy.querySelectorAll('br')) end.replaceWith('\n');
  return copy.textContent;
}

/** Waits for a story that the parser or a framework may still add to an element. */
export async function settled() {
  if (document.readyState === 'loading') await new Promise((done) => document.addEventListener('DOMContentLoaded', done, { once: true }));
  else await new Promise((done) => setTimeout(done));
}

/** Calls `changed` when the story inside an element is another one. Returns what ends that. */
export function watchStory(lab, changed) {
  let before = inlineStory(lab);
  const observer = new MutationObserver(() => {
    const now = inlineStory(lab);
    if (now === before) return;
    before = now;
    changed();
  });
  observer.observe(lab, { childList: true, characterData: true, subtree: true });
  return () => observer.disconnect();
}

/** The story of an element and the moment at which it begins by itself, in milliseconds: { story, ms, said }. */
export async function storyOf(lab, loadProgram) {
  const address = lab.getAttribute('story');
  if (!address) {
    if (!lab.storyText) await settled();
    const text = lab.storyText ?? (lab.hasAttribute('lesson') || lab.hasAttribute('live') ? 'ordinal 1\n' : undefined);
    if (text !== undefined) return { story: text, ms: 0 };
    throw new Error(missing(lab));
  }
  if (!address.startsWith('#')) return { story: await textAt(storyAddress(address), 'story'), ms: 0 };
  const [{ decode }, { latest, loadModule }] = await Promise.all([import('./share/link.js'), loadProgram()]);
  await loadModule();
  const link = await decode(address, latest());
  if (!link) throw new Error('The story attribute starts with # but is not an Ordinal link.');
  if (!link.recipe) throw new Error(link.said);
  return { story: link.recipe, ms: link.ms, said: link.said };
}

function missing(lab) {
  const ways = 'Give the element a story attribute with the URL of a story, or put a story in a <pre><code class="language-ordinal"> inside it.';
  const found = lab.textContent.trim().slice(0, 40);
  return found ? `No story found in the element, which contains "${found}". ${ways}` : `No story found. ${ways}`;
}
