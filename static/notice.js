// The page without its modules is empty. They do not come where the server of a frame or of another
// origin forbids it, and then only a script that is no module can say so.
(() => {
  const check = () => {
    if (customElements.get('ordinal-lab')) return;
    const notice = document.createElement('p');
    notice.setAttribute('role', 'alert');
    notice.textContent =
      self.origin === 'null'
        ? 'Ordinal could not load its scripts. In a sandboxed frame browsers ask the server to allow it: it must send the header "Access-Control-Allow-Origin: *" with every file of Ordinal.'
        : 'Ordinal could not load its scripts. Is every file of Ordinal on the server, and is this browser newer than 2023?';
    document.body.prepend(notice);
  };
  // Modules in the document keep its load event waiting.
  if (document.readyState === 'complete') check();
  else addEventListener('load', check);
})();
