import { defineConfig } from "@playwright/test";
import config from "./playwright.config.ts";

/** `make screenshots`: not a check, so a project of its own. */
export default defineConfig({
  ...config,
  testDir: "screenshots",
  testMatch: "*.ts",
  projects: [{ name: "screenshots" }],
});
