import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { clipped, readersStyle, walk, type Stop } from "./look.ts";

/** Everything about one page that a criterion asks for. */
export type Look = Facts & {
  path: string;
  /** The rules of axe's that found something to look at, and what they had against it; of `light` and `dark`. */
  looked: Map<string, string[]>;
  dark: Map<string, string[]>;
  /** What is cut off, or leaves the page to the side. */
  cut: { zoomed: string[]; narrow: string[]; spaced: string[] };
  /** Where Tab leads, and whether that has changed anything else. */
  stops: Stop[];
  changedByFocus: boolean;
};

type Facts = {
  title: string;
  lang: string;
  langs: number;
  mains: number;
  firstHeadings: number;
  reordered: string[];
  tops: number[];
  words: string;
  pictures: number;
  media: number;
  links: { href: string; name: string; header: boolean; aside: boolean }[];
  header: string[];
  named: { seen: string; name: string }[];
  fields: { purpose: string; name: string; described: string; form: number }[];
  tabIndexes: number;
  animations: string[];
};

const MORE = ["label-content-name-mismatch", "target-size", "color-contrast-enhanced", "css-orientation-lock"];

/** What axe has against the page, by rule; a rule that had nothing to look at is not in it. */
export async function axe(page: Page, only?: string[]): Promise<Map<string, string[]>> {
  // One frame per page: what the legacy mode leaves out is not there.
  const builder = new AxeBuilder({ page }).setLegacyMode(true);
  if (only) builder.withRules(only);
  else builder.options({ rules: Object.fromEntries(MORE.map((rule) => [rule, { enabled: true }])) });
  const { violations, passes, incomplete } = await builder.analyze();
  const at = new URL(page.url()).pathname;
  const told = new Map<string, string[]>([...passes, ...incomplete].map(({ id }) => [id, []]));
  for (const { id, nodes } of violations) told.set(id, nodes.map(({ html, any }) => `${at}: ${html} ${any[0]?.message ?? ""}`));
  // For the criterion that a rule belongs to: `wcag111`.
  for (const { id, tags } of [...violations, ...passes, ...incomplete]) {
    for (const tag of tags.filter((tag) => /^wcag\d{3,4}$/.test(tag))) told.set(tag, [...(told.get(tag) ?? []), ...(told.get(id) ?? [])]);
  }
  return told;
}

/** Loads a page once, and looks at everything. */
export async function look(page: Page, path: string): Promise<Look> {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await page.goto(path);
  const scripts = await page.locator("script[src*=boot]").count();
  if (scripts > 0) await page.locator("html[data-alive]").waitFor({ state: "attached" });
  const facts = await page.evaluate(factsOf);
  const looked = await axe(page);
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  const dark = await axe(page, ["color-contrast", "color-contrast-enhanced"]);
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  const before = await page.evaluate(() => [location.href, document.querySelectorAll("[open]").length].join());
  const stops = await walk(page);
  const changedByFocus = before !== (await page.evaluate(() => [location.href, document.querySelectorAll("[open]").length].join()));
  // What a browser does at 200 %: half as many of the page's pixels. At 400 %, a quarter.
  await page.setViewportSize({ width: 640, height: 400 });
  const zoomed = await clipped(page);
  await page.setViewportSize({ width: 320, height: 256 });
  const narrow = await clipped(page);
  await page.setViewportSize({ width: 390, height: 800 });
  const small = await axe(page, ["target-size"]);
  looked.set("target-size", [...(looked.get("target-size") ?? []), ...(small.get("target-size") ?? [])]);
  await readersStyle(
    page,
    "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-block-end: 2em !important }",
  );
  const spaced = await clipped(page);
  return { path, ...facts, looked, dark, cut: { zoomed, narrow, spaced }, stops, changedByFocus };
}

function factsOf(): Facts {
  const all = <T extends Element = HTMLElement>(selector: string): T[] => [...document.querySelectorAll<T>(selector)];
  const text = (one: Element | null | undefined): string => one?.textContent?.trim() ?? "";
  const rules = (list: CSSRuleList): CSSRule[] =>
    [...list].flatMap((rule) => ("cssRules" in rule ? [rule, ...rules((rule as CSSGroupingRule).cssRules)] : [rule]));
  const styles = [...document.styleSheets].flatMap((sheet) => rules(sheet.cssRules)).filter((rule): rule is CSSStyleRule => rule instanceof CSSStyleRule);
  return {
    title: document.title,
    lang: document.documentElement.lang,
    langs: all("body [lang]").length,
    mains: all("main").length,
    firstHeadings: all("main h1").length,
    reordered: all("body *")
      .filter((one) => {
        const { order, flexDirection, flexWrap, float } = getComputedStyle(one);
        return order !== "0" || /reverse/.test(flexDirection + flexWrap) || float === "right";
      })
      .map((one) => one.outerHTML.slice(0, 80)),
    tops: all("main > *")
      .filter((one) => one.checkVisibility() && getComputedStyle(one).display !== "contents")
      .map((one) => one.getBoundingClientRect().top),
    words: document.body.innerText,
    pictures:
      all("img, canvas, picture, svg text").length +
      all("*").filter((one) => /url\(/.test(getComputedStyle(one).backgroundImage)).length,
    media: all("audio, video, object, embed, iframe, track, marquee, blink, [autoplay]").length,
    links: all<HTMLAnchorElement>("a[href]").map((one) => ({
      href: one.getAttribute("href") ?? "",
      name: one.ariaLabel ?? text(one),
      header: one.closest("header") !== null,
      aside: one.closest(".documents-aside, .account-aside") !== null,
    })),
    header: all("header.header :is(a, summary, button)").map(text),
    named: all<HTMLElement>(":is(a, button, summary)[aria-label]").map((one) => ({ seen: text(one), name: one.ariaLabel ?? "" })),
    fields: all<HTMLInputElement>(":is(input, textarea, select):not([type=hidden])").map((one) => ({
      purpose: one.autocomplete,
      name: one.ariaLabel ?? text(one.labels?.[0]),
      described: (one.getAttribute("aria-describedby") ?? "").split(" ").map((id) => text(document.getElementById(id))).join(" "),
      form: [...document.forms].indexOf(one.form as HTMLFormElement),
    })),
    tabIndexes: all("[tabindex]:not([tabindex='0'], [tabindex='-1'])").length,
    animations: styles.map(({ style }) => style.animationDuration).filter((long) => long !== "" && long !== "auto"),
  };
}
