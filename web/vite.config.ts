import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const program = "http://127.0.0.1:4470";

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { tsconfigPaths: true },
  server: {
    port: 5173,
    proxy: { "/api": program, "/simulator": program, "/webhooks": program },
  },
  build: {
    target: "es2022",
    // The content security policy allows no data: addresses, so nothing may be inlined as one.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // A few files instead of dozens: what every page needs, apart by how often it changes.
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules\/(react|react-dom|scheduler|use-sync-external-store)\// },
            {
              name: "libraries",
              test: /node_modules\/(@tanstack|i18next|react-i18next|openapi-fetch|clsx)\//,
            },
            { name: "common", test: /src\/(api|i18n|keyboard|lib|ui\/(?!overlays))/ },
          ],
        },
      },
    },
  },
  test: {
    environment: "jsdom",
    setupFiles: ["src/test/setup.ts"],
    restoreMocks: true,
    testTimeout: 30_000,
    // For the test of the tokens, which reads them.
    css: true,
  },
});
