import { defineConfig } from "@playwright/test";
import config from "./playwright.config.ts";

/** `make screenshots`: not a check, so a project of its own. */
export default defineConfig({
  ...config,
  testDir: "screenshots",
  testMatch: "*.ts",
  // Once in some hundred pictures Chromium cannot take one.
  retries: 2,
  projects: [{ name: "screenshots" }],
});
