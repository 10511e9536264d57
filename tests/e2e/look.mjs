// Opens HTML files in a real browser and prints, as one JSON array, what a reader and a checker would find.
// node look.mjs NODE_MODULES CHROMIUM [{"file", "width", "height", "scheme", "picture"}, …]
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, chromium, pages] = process.argv.slice(2);
const from = createRequire(pathToFileURL(`${modules}/`));
const browser = await from("playwright-core").chromium.launch({ executablePath: chromium, args: ["--no-sandbox"] });
const found = [];
for (const { file, width, height = 900, scheme, picture } of JSON.parse(pages)) {
  // The page's own policy forbids scripts; the checker is one, so it alone is let past it.
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, bypassCSP: true });
  const page = await context.newPage();
  const requests = [], complaints = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(pathToFileURL(file).href);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  const scrolling = await page.evaluate(() =>
    [...document.querySelectorAll("*")]
      .filter((it) => it.scrollWidth > it.clientWidth + 1 && getComputedStyle(it).overflowX === "auto")
      .map((it) => it.tabIndex));
  await page.addScriptTag({ path: from.resolve("axe-core/axe.min.js") });
  const report = await page.evaluate(() => globalThis.axe.run());
  const violations = report.violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.html).join(" ")}`);
  const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  if (picture) await page.screenshot({ path: picture, fullPage: true });
  found.push({ requests: requests.length, complaints, wider, scrolling, violations, ground });
  await context.close();
}
await browser.close();
console.log(JSON.stringify(found));
