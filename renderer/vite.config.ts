import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * The screens as a short, fixed list of files: index.html, one script, one style sheet. Nothing is inline, so that the
 * hosts' content security policy can stay at `'self'`.
 */
// biome-ignore lint/style/noDefaultExport: Vite reads its configuration from the default export
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  publicDir: false,
  plugins: [react()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    sourcemap: true,
    license: { fileName: '.vite/license.json' },
    assetsInlineLimit: 0,
    modulePreload: false,
    cssCodeSplit: false,
    chunkSizeWarningLimit: 1500,
    target: 'chrome130',
  },
});
