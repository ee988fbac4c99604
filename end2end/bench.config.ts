import { defineConfig } from "@playwright/test";
import { browser } from "./playwright.config.ts";

/** `make bench-typing` and `make bench-scroll`, on an idle machine. One worker: the page under measurement has a core. */
export default defineConfig({
  testDir: "bench",
  testMatch: "*.ts",
  outputDir: "test-results/bench",
  workers: 1,
  timeout: 300_000,
  reporter: [["line"], ["./support/reporter.ts"]],
  use: { ...browser, trace: "off" },
});
