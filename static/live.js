// A cluster that `ordinal api` runs: its run is followed, and what is done on the page is sent to it.

/**
 * Follows the run at an address. `tell` gets the recipe, the time of the cluster in milliseconds, its speed, and whether
 * it is paused; `complain` gets an error if the connection is lost or something was not done.
 */
export function follow(address, tell, complain) {
  const source = new EventSource(new URL('run', address));
  let isLost = false;
  source.addEventListener('message', ({ data }) => {
    isLost = false;
    const { recipe, t, speed, paused } = JSON.parse(data);
    tell(recipe, t, speed, paused);
  });
  // The browser tries again by itself.
  source.addEventListener('error', () => {
    if (!isLost) complain(new Error('The connection to the cluster was lost. Trying again…'));
    isLost = true;
  });
  const send = async (what, body) => {
    const response = await fetch(new URL(what, address), { method: 'POST', body: JSON.stringify(body) }).catch((error) => error);
    if (!response.ok) complain(new Error(`The cluster was not changed: ${response.message ?? (await response.text())}`));
  };
  return {
    close: () => source.close(),
    send: (what, text, below, at) => {
      if (what === 'do') return send('do', { line: text, text: below, at });
      if (what === 'replace') return send('replace', { recipe: text, at });
      return send('pause', { paused: text === 'true' });
    },
  };
}
