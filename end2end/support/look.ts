import type { Page } from "@playwright/test";

/** What has the focus, as a person at the keyboard meets it. */
export type Stop = {
  name: string;
  /** Its place among everything that can have the focus, in the order of the document; -1 for what is not among it. */
  nth: number;
  /** It looks different than without the focus. */
  shown: boolean;
  /** Some of it can be seen. */
  seen: boolean;
};

/** Presses Tab from the top of the page until the end of it; at most once around. */
export async function walk(page: Page): Promise<Stop[]> {
  await page.evaluate(() => {
    const all = [...document.querySelectorAll<HTMLElement>("a[href], button, input, textarea, select, summary, [tabindex]")];
    const can = all.filter((one) => one.tabIndex >= 0 && one.checkVisibility({ visibilityProperty: true }) && !one.matches(":disabled"));
    Object.assign(window, { stops: can });
    (document.activeElement as HTMLElement | null)?.blur();
    // The next Tab begins at the top, wherever the page has put the focus at first.
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
  });
  const stops: Stop[] = [];
  for (let n = 0; n < 200; n += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const at = document.activeElement as HTMLElement | null;
      if (!at || at === document.body) return undefined;
      // Some have their ring around the whole line that they stand in.
      const style = getComputedStyle(at);
      const line = at.closest("li:has(:focus-visible), .history-now:has(:focus-visible)");
      const styles = line ? [style, getComputedStyle(line)] : [style];
      const drawn = (colour: string): boolean => !/^(transparent|rgba\(.*, 0\))$/.test(colour);
      const ring = styles.some(
        ({ outlineStyle, outlineWidth, outlineColor }) => outlineStyle !== "none" && parseFloat(outlineWidth) > 0 && drawn(outlineColor),
      );
      // In a text the caret shows it.
      const caret = at.matches("textarea") && drawn(style.caretColor);
      const box = at.getBoundingClientRect();
      const points = [0.5, 0.1, 0.9].flatMap((x) => [0.5, 0.15, 0.85].map((y) => [x, y] as const));
      const seen = points.some(([x, y]) => {
        const top = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
        return top !== null && (at.contains(top) || top.contains(at) || [...((at as HTMLInputElement).labels ?? [])].some((label) => label.contains(top)));
      });
      return {
        name: (at.ariaLabel ?? at.innerText ?? "").trim() || (at as HTMLInputElement).name || at.tagName,
        nth: (window as unknown as { stops: HTMLElement[] }).stops.indexOf(at),
        shown: (box.width > 8 && ring) || style.boxShadow !== "none" || caret,
        seen,
      };
    });
    if (!stop || (stops[0] && stop.nth === stops[0].nth)) return stops;
    stops.push(stop);
  }
  throw new Error(`no way out of ${stops.at(-1)?.name} on ${page.url()}`);
}

/** Elements with words of their own that do not fit into them. */
export const clipped = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const cut: string[] = [];
    for (const one of document.querySelectorAll<HTMLElement>("body *")) {
      // The address is cut on purpose: it stands whole on the account page.
      if (one.closest(".visually-hidden, .header-user, textarea, input, thead") || !one.checkVisibility({ visibilityProperty: true })) continue;
      if (![...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim())) continue;
      const style = getComputedStyle(one);
      const { overflowX: x, overflowY: y } = style;
      const wide = /hidden|clip/.test(x) && one.scrollWidth > one.clientWidth + 1;
      const high = /hidden|clip/.test(y) && one.scrollHeight > one.clientHeight + 1;
      // What leaves the page to the left cannot be scrolled to.
      const out = style.display !== "inline" && one.getBoundingClientRect().left < -1;
      if (wide || high || out) cut.push(`${location.pathname}: ${one.className || one.tagName} ${one.innerText.slice(0, 40)}`);
    }
    if (document.documentElement.scrollWidth > innerWidth) cut.push(`${location.pathname}: ${document.documentElement.scrollWidth} px wide`);
    return cut;
  });

/** A style sheet that the reader brings along; the page's own policy does not apply to it. */
export const readersStyle = (page: Page, css: string): Promise<void> =>
  page.evaluate((css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }, css);

/** The contrast of two colours as CSS writes them (WCAG 2.2, "contrast ratio"). */
export const contrast = (page: Page, one: string, other: string): Promise<number> =>
  page.evaluate(
    ([one, other]) => {
      const luminance = (colour: string): number => {
        const paint = new OffscreenCanvas(1, 1).getContext("2d");
        if (!paint) throw new Error("no canvas");
        paint.fillStyle = colour;
        paint.fillRect(0, 0, 1, 1);
        const [r = 0, g = 0, b = 0] = [...paint.getImageData(0, 0, 1, 1).data].map((value) => {
          const share = value / 255;
          return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
      return (high + 0.05) / (low + 0.05);
    },
    [one, other] as const,
  );
