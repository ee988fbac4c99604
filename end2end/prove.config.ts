import { defineConfig } from "@playwright/test";
import { browser } from "./playwright.config.ts";

/** `make prove-browser`: schedules of faults, while somebody types what was recorded. */
export default defineConfig({
  testDir: "prove",
  outputDir: "test-results/prove",
  fullyParallel: true,
  forbidOnly: Boolean(process.env["CI"]),
  retries: 0,
  // Most of a schedule is waiting: for a pause in the typing, for a retry, for a page.
  workers: Number(process.env["HOLDFAST_PROVE_WORKERS"] || 6),
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [["dot"], ["./prove/figures.ts"], ["./support/reporter.ts"]],
  use: { ...browser, trace: "off" },
});
