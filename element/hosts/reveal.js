// A plugin for reveal.js: code blocks with the language `ordinal` become <ordinal-lab>. Labs with the attribute `autoplay`
// play while their slide is shown; labs pause when their slide is left.
import '../element.js';

const OrdinalLab = {
  id: 'ordinal-lab',
  init: (deck) => {
    const slides = deck.getSlidesElement();
    for (const code of slides.querySelectorAll('pre > code.language-ordinal')) {
      const lab = document.createElement('ordinal-lab');
      for (const { name, value } of code.attributes) if (name.startsWith('data-lab-')) lab.setAttribute(name.slice('data-lab-'.length), value);
      lab.storyText = code.textContent.trimStart();
      code.parentNode.replaceWith(lab);
    }
    const labs = [...slides.querySelectorAll('ordinal-lab')];
    const playing = new Set(labs.filter((lab) => lab.autoplay));
    // This plugin starts the labs, not loading them.
    for (const lab of labs) lab.autoplay = false;
    const show = (slide) => {
      for (const lab of labs) {
        const isShown = slide?.contains(lab);
        if (isShown && playing.has(lab)) lab.play();
        else if (!isShown && !lab.paused) lab.pause();
      }
    };
    deck.on('ready', ({ currentSlide }) => show(currentSlide));
    deck.on('slidechanged', ({ currentSlide }) => show(currentSlide));
  },
};

export default OrdinalLab;
