// Makes frames that show the page as high as what they show.
addEventListener('message', ({ source, data }) => {
  if (data?.source !== 'ordinal' || data.type !== 'height') return;
  for (const frame of document.querySelectorAll('iframe')) {
    if (frame.contentWindow === source) frame.style.setProperty('height', `${data.height}px`);
  }
});
