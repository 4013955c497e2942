import { useState } from 'react';
import { Controls } from './controls.tsx';
import { Data } from './data.tsx';
import { Overlays } from './overlays.tsx';
import './components.css';

/** Every part of renderer/ui in its states, in both themes. Development only: the build leaves it out. */
export const ComponentsPage = () => {
  const [both, setBoth] = useState(true);
  return (
    <main className="components" aria-label="Parts">
      <header className="row">
        <h1>Parts</h1>
        <label className="row">
          <input type="checkbox" checked={both} onChange={(event) => setBoth(event.target.checked)} />
          both themes
        </label>
      </header>
      <div className="components-themes">
        {(both ? (['dark', 'light'] as const) : (['dark'] as const)).map((theme) => (
          <section key={theme} data-theme={theme} className="components-theme stack" aria-label={theme}>
            <Controls />
            <Data />
            <Overlays />
          </section>
        ))}
      </div>
    </main>
  );
};
