import { AxeBuilder } from "@axe-core/playwright";
import { test as base, expect, type Page } from "@playwright/test";
import { Api } from "./support/api.ts";
import { Control } from "./support/control.ts";
import { Server, type User } from "./support/server.ts";

export { expect };
export { Editor, fillIn, signIn } from "./support/editor.ts";
export { ada, bob } from "./support/server.ts";

type Options = {
  /** `HOLDFAST_*` variables of this test's server. */
  settings: Record<string, string>;
};

type Fixtures = {
  /** The product, started for this test alone. */
  app: Server;
  control: Control;
  /** The HTTP API as this user, in a session beside the browser's. */
  api: (user: User) => Promise<Api>;
  /** Fails, at the end of the test, when the page breaks a rule of WCAG 2.2 A or AA or of axe's best practice. */
  a11y: (page: Page) => Promise<void>;
};

export const test = base.extend<Options & Fixtures>({
  settings: [{}, { option: true }],

  app: async ({ settings }, use, info) => {
    const server = await Server.start(settings);
    await use(server);
    await server.remove();
    if (info.status !== info.expectedStatus) {
      await info.attach("holdfast.log", { body: server.log, contentType: "text/plain" });
    }
  },

  baseURL: async ({ app }, use) => {
    await use(app.url);
  },

  control: async ({ app }, use) => {
    await use(new Control(app));
  },

  api: async ({ app }, use) => {
    const opened: Api[] = [];
    await use(async (user) => {
      const api = await Api.signedIn(app, user);
      opened.push(api);
      return api;
    });
    for (const api of opened) await api.http.dispose();
  },

  a11y: async ({}, use) => {
    await use(async (page) => {
      const { violations } = await new AxeBuilder({ page })
        .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
        .analyze();
      const told = violations.map(
        ({ id, help, nodes }) => `${id}: ${help}\n${nodes.map(({ html }) => `  ${html}`).join("\n")}`,
      );
      expect.soft(told.join("\n")).toBe("");
    });
  },
});
