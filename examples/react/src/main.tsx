import 'ordinal-lab';
import type { OrdinalLab } from 'ordinal-lab';
import type {} from 'ordinal-lab/jsx';
import { StrictMode, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { STORY } from './story';

function App() {
  const lab = useRef<OrdinalLab>(null);
  const [page, setPage] = useState(1);
  const [seconds, setSeconds] = useState(0);
  const [isDark, setDark] = useState(false);
  document.documentElement.style.colorScheme = isDark ? 'dark' : 'light';
  return (
    <main style={{ maxWidth: 720 }}>
      <h1>A StatefulSet</h1>
      <button id="dark" onClick={() => setDark(!isDark)}>Dark</button>
      <button id="second" onClick={() => setPage(3 - page)}>Page {3 - page}</button>
      <button id="play" onClick={() => lab.current?.play()}>Play</button>
      <output id="seconds">{seconds}</output>
      {page === 1 ? (
        <ordinal-lab key="1" ref={lab} storyText={STORY} speed={4} ontimeupdate={() => setSeconds(lab.current?.currentTime ?? 0)} />
      ) : (
        <ordinal-lab key="2" ref={lab} storyText={'ordinal 1\nnodes 2\n'} lessonStep={1} />
      )}
    </main>
  );
}

createRoot(document.querySelector('#root')!).render(<StrictMode><App /></StrictMode>);
