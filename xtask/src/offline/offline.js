// Registers the service worker, which keeps the site for when there is no network, and offers new versions.
(() => {
  const { serviceWorker } = navigator;
  // A frame in another page is that page's business.
  if (!serviceWorker || parent !== window) return;

  /** The page comes first: the service worker loads all files. In milliseconds. */
  const DELAY_MS = 2000;
  /** How often a page that stays open looks for a new version, in milliseconds. */
  const LOOK_MS = 3_600_000;

  /** Offers a version that is ready. The run is restored after the reload. */
  const offer = (waiting) => {
    document.querySelector('.update')?.remove();
    const bar = document.createElement('div');
    bar.className = 'update';
    bar.setAttribute('role', 'status');
    const text = document.createElement('span');
    text.textContent = 'A new version is available.';
    const button = (label, act) => {
      const made = document.createElement('button');
      made.textContent = label;
      made.addEventListener('click', act);
      return made;
    };
    const reload = button('Reload', () => {
      serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
      waiting.postMessage('activate');
    });
    bar.append(text, reload, button('Later', () => bar.remove()));
    document.body.append(bar);
  };

  const follow = (registration) => {
    const check = () => registration.waiting && serviceWorker.controller && offer(registration.waiting);
    check();
    registration.addEventListener('updatefound', () => {
      registration.installing?.addEventListener('statechange', check);
    });
    let looked = Date.now();
    document.addEventListener('visibilitychange', () => {
      if (document.hidden || Date.now() - looked < LOOK_MS) return;
      looked = Date.now();
      // Offline, there is nothing new.
      registration.update().catch(() => {});
    });
  };

  const register = () => serviceWorker.register('service-worker.js', { updateViaCache: 'none' }).then(follow, () => {});
  const soon = () => setTimeout(register, DELAY_MS);
  if (document.readyState === 'complete') soon();
  else addEventListener('load', soon);
})();
