// The element as a guest in another page, in its document or in a frame: as high as it needs to be, and light or dark
// as the page around it.

/** The heights that are not fallen short of and not exceeded by themselves, in CSS pixels. */
const LEAST = { beside: 580, below: 600 };
const MOST = 1000;

/**
 * Fits the element into its page. `pictureHeight` says how high the picture is at a width. Returns what ends
 * that.
 */
export function visit(lab, root, pictureHeight) {
  const isFrame = lab.hasAttribute('linked');
  const ends = [openOnPaper(root)];
  if (!isFrame) ends.push(followContent(lab, root, pictureHeight), followScheme(lab, root));
  return () => ends.forEach((end) => end());
}

/** The height at which the picture needs not be made smaller, in CSS pixels. */
export function naturalHeight(root, pictureHeight) {
  const stage = root.querySelector('.stage');
  const high = root.clientHeight;
  if (!stage || !high) return 0;
  const { paddingLeft, paddingRight, paddingTop, paddingBottom } = getComputedStyle(stage);
  const [across, along] = [parseFloat(paddingLeft) + parseFloat(paddingRight), parseFloat(paddingTop) + parseFloat(paddingBottom)];
  const picture = pictureHeight(stage.clientWidth - across) + along;
  const around = high - stage.clientHeight;
  const sheet = root.querySelector('.sheet')?.getBoundingClientRect();
  const isBelow = sheet?.height > 0 && Math.abs(sheet.width - root.clientWidth) < 2;
  // A sheet below the picture takes a share of the height, unless it is folded.
  const share = isBelow && sheet.height > 150 ? sheet.height / high : 0;
  const height = (around - share * high + picture) / (1 - share);
  return Math.round(Math.min(Math.max(height, isBelow ? LEAST.below : LEAST.beside), MOST));
}

/** Makes the element as high as its content, unless the page gives it a height. */
function followContent(lab, root, pictureHeight) {
  const sheet = new CSSStyleSheet();
  const shadow = lab.shadowRoot;
  shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, sheet];
  let [width, height] = [0, 0];
  const fit = (turns) => {
    if (lab.fit === 'fill') return sheet.replaceSync('');
    const wanted = naturalHeight(root, pictureHeight);
    if (!wanted || Math.abs(wanted - height) < 3) return;
    height = wanted;
    sheet.replaceSync(`:host { height: ${height}px }`);
    // What is around the picture may depend on the height.
    if (turns > 0) requestAnimationFrame(() => fit(turns - 1));
  };
  const observer = new ResizeObserver(() => {
    if (lab.clientWidth === width) return;
    width = lab.clientWidth;
    fit(2);
  });
  observer.observe(lab);
  const refit = () => fit(2);
  // With more nodes, the picture may need more room.
  const grow = () => {
    const stage = root.querySelector('.stage');
    if (stage && stage.scrollHeight > stage.clientHeight + 1) fit(1);
  };
  const heard = { ready: refit, 'lesson-step': refit, timeupdate: grow };
  for (const [name, hear] of Object.entries(heard)) lab.addEventListener(name, hear);
  return () => {
    observer.disconnect();
    for (const [name, hear] of Object.entries(heard)) lab.removeEventListener(name, hear);
    shadow.adoptedStyleSheets = shadow.adoptedStyleSheets.filter((it) => it !== sheet);
  };
}

/** Lets the element be light or dark as what it stands on, also when the page switches. */
function followScheme(lab, root) {
  let before;
  const follow = () => {
    const scheme = schemeAround(lab);
    const now = `${scheme} ${getComputedStyle(lab).colorScheme}`;
    if (now === before) return;
    const isFirst = before === undefined;
    before = now;
    // The page has switched: that takes the place of what the visitor chose in the element.
    if (!isFirst && !lab.hasAttribute('theme')) delete root.dataset.theme;
    if (scheme === 'inherit') delete root.dataset.host;
    else root.dataset.host = scheme;
  };
  const soon = () => requestAnimationFrame(follow);
  const observer = new MutationObserver(soon);
  for (const element of [document.documentElement, document.body]) observer.observe(element, { attributes: true });
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', soon);
  document.addEventListener('transitionend', soon);
  follow();
  return () => {
    observer.disconnect();
    system.removeEventListener('change', soon);
    document.removeEventListener('transitionend', soon);
  };
}

/** Shows on paper what the picture shows in words. */
function openOnPaper(root) {
  const paper = matchMedia('print');
  const open = () => root.querySelector('.words')?.toggleAttribute('open', paper.matches);
  paper.addEventListener('change', open);
  return () => paper.removeEventListener('change', open);
}

/**
 * Whether the page is light or dark where the element stands: `inherit` if the page says so by the property color-scheme or
 * has no ground of its own; else as its ground is.
 */
function schemeAround(lab) {
  for (let node = lab.parentNode; node; node = node.parentNode ?? node.host) {
    if (!(node instanceof Element)) continue;
    const { colorScheme, backgroundColor } = getComputedStyle(node);
    if (node === lab.parentNode && /^(only )?(light|dark)( only)?$/.test(colorScheme)) return 'inherit';
    const [red, green, blue, alpha = 1] = (/^rgba?\(([^)]+)\)$/.exec(backgroundColor)?.[1] ?? '0 0 0 0').split(/[\s,/]+/).map(Number);
    if (alpha > 0.5) return 0.299 * red + 0.587 * green + 0.114 * blue < 128 ? 'dark' : 'light';
  }
  return 'inherit';
}
