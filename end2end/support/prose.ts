/** Something to read in the pictures. */
export const LOG = [
  "The storm reached us a little after nine. By then the lamp had been burning for two hours, and the glass, which I had polished in the afternoon, threw a clean white bar across the rain.",
  "I write this at the table by the north window. If the line to the harbour breaks, as it does every autumn, these pages will wait here until somebody fetches them:",
  "- the lamp was trimmed at seven and again at midnight\n- two boats passed, both inside the channel\n- the door to the gallery has to be seen to before winter",
  "Nothing was lost tonight. I intend to keep it that way.",
].join("\n\n");

/** The same with everything that Markdown has for it. */
export const MARKED = [
  "# The lighthouse keeper's log",
  "The storm reached us a little after **nine**. By then the lamp had been burning for *two hours*.",
  "## What is to be done",
  "- [x] trim the lamp at seven\n- [ ] see to the door of the gallery\n- [ ] write to the [harbour office](https://example.com)",
  "| Boat | Passed | Inside the channel |\n| --- | ---: | --- |\n| Argo | 21:40 | yes |\n| Minna | 23:05 | yes |",
  "## Words of the pilot",
  "> Whoever sees the light has been seen.",
  "```\nlamp = seven + midnight\n```",
].join("\n\n");
