import type { BrowserContextOptions } from "@playwright/test";
import { test as own } from "../fixtures.ts";
import { Api } from "./api.ts";
import { ada, Server } from "./server.ts";
import { look, type Look } from "./survey.ts";

export { ada, bob, Editor, expect, fillIn, signIn } from "../fixtures.ts";
/** The same with a server of its own, for tests that move its clock or sign somebody out. */
export { own };
export { axe } from "./survey.ts";

type Site = {
  server: Server;
  /** A document with two versions and Markdown in it. */
  id: string;
  /** Ada is signed in. */
  state: NonNullable<BrowserContextOptions["storageState"]>;
};

const TEXT = "# The log\n\nThe lamp was trimmed at seven.\n\n- two boats passed\n- [the map](https://example.com/)\n\n1. oil\n";

/** One server for all tests of a worker, with something on every page; Ada is signed in. */
export const test = own.extend<
  object,
  {
    site: Site;
    /** What there is to know about every page, looked at once: loading each of them for each criterion takes minutes. */
    survey: Look[];
  }
>({
  site: [
    async ({}, use) => {
      const server = await Server.start({});
      const api = await Api.signedIn(server, ada);
      const id = await api.create("The lighthouse keeper's log", TEXT);
      await api.http.post(`/api/documents/${id}/versions`, { data: { name: "As it was sent" } });
      const { head } = await api.draft(id);
      await api.http.patch(`/api/documents/${id}/draft`, {
        data: { writer: "elsewhere", base_head: head, seq: 1, edits: [[15, 4, "wick"]] },
      });
      await api.create("Letter to the harbour office", "Dear harbour master");
      await api.http.delete(`/api/documents/${await api.create("Thrown away", "Old words.")}`);
      await use({ server, id, state: await api.http.storageState() });
      await api.http.dispose();
      await server.remove();
    },
    { scope: "worker" },
  ],

  survey: [
    async ({ site, browser }, use) => {
      const looks: Look[] = [];
      const visitors: [Site["state"], string[]][] = [
        [site.state, signedIn(site.id)],
        [{ cookies: [], origins: [] }, STRANGERS],
      ];
      for (const [storageState, paths] of visitors) {
        const context = await browser.newContext({ baseURL: site.server.url, storageState, locale: "en-GB" });
        const page = await context.newPage();
        for (const path of paths) looks.push(await look(page, path));
        await context.close();
      }
      await use(looks);
    },
    { scope: "worker", timeout: 240_000 },
  ],

  app: async ({ site }, use) => {
    await use(site.server);
  },

  storageState: async ({ site }, use) => {
    await use(site.state);
  },
});

const signedIn = (id: string): string[] => [
  "/",
  "/?q=lamp",
  "/?q=nothing-like-it",
  `/documents/${id}`,
  `/documents/${id}/read`,
  `/documents/${id}/history`,
  `/documents/${id}/saved`,
  `/documents/${id}/versions/1`,
  `/documents/${id}/versions/1/changes`,
  "/trash",
  "/account",
  "/account/delete",
];

const STRANGERS = ["/sign-in", "/sign-up", "/forgot-password", "/accessibility", "/nothing-here"];
