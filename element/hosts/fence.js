// For hosts without a plugin: a classic script that converts code blocks with the language `ordinal` to <ordinal-lab>, also
// on pages that are shown later, and loads the element when it is needed. Most hosts drop the text after `ordinal` in the
// opening line of the block: put attributes into the first line of the story, as in `# lab: at=20s controls=time`.
(() => {
  const base = document.currentScript.src;
  const BLOCKS = 'pre.ordinal, pre:has(> code.language-ordinal), .language-ordinal pre, .highlight-ordinal pre';
  const LINE = /^# lab:(.*)\n/;

  function replace() {
    for (const block of document.querySelectorAll(BLOCKS)) {
      if (block.closest('ordinal-lab')) continue;
      import(new URL('../element.js', base));
      const text = block.textContent.trimStart();
      const lab = document.createElement('ordinal-lab');
      for (const [, name, value = ''] of (LINE.exec(text)?.[1] ?? '').matchAll(/([\w-]+)(?:=(\S+))?/g)) {
        if (name !== 'style' && !name.startsWith('on')) lab.setAttribute(name, value);
      }
      lab.storyText = text.replace(LINE, '');
      (block.closest('.highlight, .highlight-ordinal, .language-ordinal:not(code)') ?? block).replaceWith(lab);
    }
  }

  const begin = () => {
    replace();
    new MutationObserver(replace).observe(document.body, { childList: true, subtree: true });
  };
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', begin);
  else begin();
})();
