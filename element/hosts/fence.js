// For hosts without a plugin: a classic script that makes code blocks with the language `ordinal` elements <ordinal-lab>, also
// on pages that are shown later, and loads the element once there is one. What stands after `ordinal` in the first line of
// the block is lost in most hosts: put attributes into a first line of their own, as in `# lab: at=20s controls=time`.
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
