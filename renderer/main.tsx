import './jitless.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './shell/app.tsx';

const home = document.getElementById('app');
if (home) {
  createRoot(home).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
