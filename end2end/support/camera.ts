import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { test } from "../fixtures.ts";
import type { Api } from "./api.ts";
import type { Control } from "./control.ts";

const folder = process.env["HOLDFAST_SCREENSHOTS"] ?? "screenshots-out";

/** What there is to take pictures of, and with what. */
export type Scene = {
  page: Page;
  control: Control;
  api: (user: { email: string; password: string }) => Promise<Api>;
  /** What is seen now, as `<name>-<width>-<light or dark>.png`; the whole page where it is longer than the window. */
  shoot: (name: string, extent?: "window" | "page") => Promise<void>;
};

const desktop = { viewport: { width: 1280, height: 800 } };
/** A screen that is touched, as wide as a phone. */
const phone = { ...desktop, hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } };

/** Plays a scene four times: wide and narrow, light and dark. */
export function scene(title: string, play: (scene: Scene) => Promise<void>): void {
  for (const screen of [desktop, phone]) {
    for (const colorScheme of ["light", "dark"] as const) {
      const { width } = screen.viewport;
      test.describe(`${width} ${colorScheme}`, () => {
        test.use({ ...screen, colorScheme });

        test(title, async ({ page, control, api }) => {
          mkdirSync(folder, { recursive: true });
          const shoot = async (name: string, extent = "window"): Promise<void> => {
            const path = join(folder, `${name}-${width}-${colorScheme}.png`);
            await page.screenshot({ path, animations: "disabled", fullPage: extent === "page" });
          };
          await play({ page, control, api, shoot });
        });
      });
    }
  }
}
