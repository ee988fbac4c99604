import { defineConfig, type PlaywrightTestConfig } from "@playwright/test";
import { findChromium } from "./chromium.mjs";

const executablePath = findChromium();

/** Shared with the screenshots. */
export const browser = {
  browserName: "chromium",
  launchOptions: {
    ...(executablePath ? { executablePath } : {}),
    args: [
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  },
  locale: "en-GB",
  timezoneId: "UTC",
  // What goes through a service worker is not seen by `page.route`, and half of the tests are about what a network does to a
  // page: those about the service worker itself let it in (offline.hydrate.spec.ts).
  serviceWorkers: "block",
} satisfies PlaywrightTestConfig["use"];

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  fullyParallel: true,
  forbidOnly: Boolean(process.env["CI"]),
  // A test that passes at the second try has found something.
  retries: 0,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"], ["./support/reporter.ts"]],
  use: { ...browser, trace: "retain-on-failure" },
  projects: [
    { name: "hydrate", testMatch: "*.hydrate.spec.ts" },
    { name: "plain", testMatch: "*.plain.spec.ts", use: { javaScriptEnabled: false } },
  ],
});
