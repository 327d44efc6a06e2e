// How unit tests run. A test that needs a document asks for it: `// @vitest-environment happy-dom` as its first line.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  test: {
    environment: 'node',
    include: ['{shared,widget,inbox}/**/*.test.{ts,tsx}'],
    restoreMocks: true,
    // Style sheets are read as text by a test of the house rules.
    css: true,
    // No test reaches for the network.
    environmentOptions: { happyDOM: { settings: { disableIframePageLoading: true } } },
  },
});
