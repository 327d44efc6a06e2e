// How the three bundles are made: `--mode widget` (the iframe's document), `--mode loader` (the script tag's code), `--mode inbox`.
// Must not know what any of them does.
import { resolve } from 'node:path';
import { defineConfig, type UserConfig } from 'vite';

const here = import.meta.dirname;
const out = resolve(process.env['BATON_UI_OUT'] ?? resolve(here, 'dist'));
const backend = process.env['BATON_UI_BACKEND'] ?? 'http://127.0.0.1:8080';

const shared: UserConfig = {
  // The gateway's policy forbids data: URLs and inline scripts, so nothing is inlined.
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, emptyOutDir: true, reportCompressedSize: false },
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact', legalComments: 'none' },
  // changeOrigin makes the gateway see its own host, which it asks of changes from the inbox.
  server: { proxy: { '/v1': { target: backend, changeOrigin: true } } },
};

function page(name: 'widget' | 'inbox'): UserConfig {
  return {
    ...shared,
    root: resolve(here, name),
    base: `/${name}/`,
    build: { ...shared.build, outDir: resolve(out, name) },
  };
}

/** Built after the widget's page into the same folder, which it must therefore not empty. */
function loader(): UserConfig {
  return {
    ...shared,
    root: resolve(here, 'widget'),
    build: {
      ...shared.build,
      outDir: resolve(out, 'widget'),
      emptyOutDir: false,
      lib: { entry: resolve(here, 'widget/loader.ts'), formats: ['iife'], name: 'BatonLoader', fileName: () => 'loader.js' },
    },
  };
}

export default defineConfig(({ mode }) => {
  if (mode === 'loader') return loader();
  if (mode === 'inbox') return page('inbox');
  return page('widget');
});
