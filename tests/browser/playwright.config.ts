import { defineConfig } from "@playwright/test";

/** Root may not use Chromium's sandbox. */
const asRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: ".",
  outputDir: "../artifacts/browser",
  reporter: "list",
  forbidOnly: process.env.CI !== undefined,
  // Each test has a program and a browser of its own; two of them are what two processors carry.
  workers: 2,
  fullyParallel: true,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: {
    launchOptions: {
      executablePath: "/usr/bin/chromium",
      args: asRoot ? ["--no-sandbox"] : [],
    },
    locale: "en-US",
    timezoneId: "America/New_York",
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
  },
  projects: [
    { name: "phone", testMatch: "*.spec.ts", use: { viewport: { width: 360, height: 740 } } },
    { name: "desktop", testMatch: "*.spec.ts", use: { viewport: { width: 1440, height: 900 } } },
    { name: "gallery", testMatch: "gallery.ts" },
  ],
});
