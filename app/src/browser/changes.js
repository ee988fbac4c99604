// From change to change on a page that compares two texts. Without scripts the way there is scrolling.

const bar = document.querySelector("[data-changes]");
const said = bar?.querySelector("[role='status']");
const [back, on] = bar?.querySelectorAll("button") ?? [];

/** What stands in one place: what is gone, and what has come instead. */
const places = [...document.querySelectorAll("[data-change]")];
let at = -1;

function go(to) {
  for (const part of places[at]?.querySelectorAll("ins, del") ?? []) part.removeAttribute("data-shown");
  // From the last one back to the first.
  at = (to + places.length) % places.length;
  const place = places[at];
  for (const part of place.querySelectorAll("ins, del")) part.setAttribute("data-shown", "");
  place.scrollIntoView({ block: place.getBoundingClientRect().height < innerHeight / 2 ? "center" : "start" });
  said.textContent = bar.dataset.said.replace("{at}", at + 1).replace("{of}", places.length);
}

if (places.length > 1) {
  back.addEventListener("click", () => go(Math.max(at, 0) - 1));
  on.addEventListener("click", () => go(at + 1));
  back.hidden = on.hidden = false;
}
