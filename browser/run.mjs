// Serves the demo, walks every page state in Chromium and has axe look at each, in four settings; then the journeys by keyboard alone,
// with large letters, on paper, and "Exit this page".
// Usage: node run.mjs PROGRAM [FOLDER FOR PICTURES, or -] [SETTING,SETTING…]

import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { flags, served } from "./serve.mjs";
import { residents, desk, empty, twice } from "./states.mjs";

const [program, folder, only] = process.argv.slice(2);
const pictures = folder === "-" ? undefined : folder;
const axe = readFileSync(new URL("./node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const settings = [
  { name: "desktop", viewport: { width: 1280, height: 900 } },
  { name: "narrow", viewport: { width: 320, height: 640 } },
  { name: "dark", viewport: { width: 1280, height: 900 }, colorScheme: "dark" },
  { name: "forced", viewport: { width: 1280, height: 900 }, forcedColors: "active" },
].filter((one) => !only || only.split(",").includes(one.name));

let passed = 0;
let failed = 0;
function check(good, name, why) {
  if (good) passed += 1;
  else {
    failed += 1;
    console.log(`FAILED ${name}: ${why}`);
  }
}

async function picture(page, name) {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name.replace(/[^a-z0-9]+/gi, "-")}.png`), fullPage: true });
}

const tooWide = (page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

async function look(page, setting, name) {
  await page.evaluate(axe);
  const violations = await page.evaluate(async (tags) => {
    const found = await window.axe.run(document, { runOnly: tags, resultTypes: ["violations"] });
    return found.violations.map((one) => ({ id: one.id, nodes: one.nodes.map((node) => ({ target: node.target })) }));
  }, tags);
  const told = violations.map((one) => `${one.id} (${one.nodes.map((node) => node.target.join(" ")).join("; ")})`).join(", ");
  check(violations.length === 0, `${setting.name} ${name}: axe`, told);
  const wide = await tooWide(page);
  check(wide <= 0, `${setting.name} ${name}: no sideways scroll`, `${wide} pixels too wide`);
  await picture(page, `${setting.name}-${name}`);
}

// A bench that cannot fail shows nothing: a page without a language and a label must be found.
async function broken(browser) {
  const page = await browser.newPage();
  await page.setContent("<title>x</title><main><h1>x</h1><input type=text></main>");
  await page.evaluate(axe);
  const { violations } = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), tags);
  const ids = violations.map((one) => one.id);
  check(ids.includes("html-has-lang") && ids.includes("label"), "a broken page is found", ids.join(", "));
  await page.close();
}

// No page needs a script: every one that is asked for is refused, but in a state that shows what a script adds.
async function scriptless(context, allowed = () => false) {
  await context.route("**/*", (route) => (route.request().resourceType() === "script" && !allowed() ? route.abort() : route.continue()));
}

async function walk(browser, setting, states, base) {
  const { name: _, ...options } = setting;
  const context = await browser.newContext(options);
  let scripts = false;
  await scriptless(context, () => scripts);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  for (const state of states) {
    let status = 200;
    scripts = state.scripts === true;
    const listen = (answer) => { if (answer.request().isNavigationRequest()) status = answer.status(); };
    page.on("response", listen);
    try {
      await state.go(page, base);
      check(status === (state.status ?? 200), `${setting.name} ${state.name}: status`, `${status} instead of ${state.status ?? 200}`);
      await look(page, setting, state.name);
      // Where something is wrong, that is where one is: the summary has the focus, and its first link leads to a field.
      if (await page.locator(".errors").count()) {
        const focused = await page.evaluate(() => document.activeElement?.classList.contains("errors"));
        check(focused, `${setting.name} ${state.name}: the summary of errors has the focus`, "it has not");
        check((await page.title()).startsWith("Error: "), `${setting.name} ${state.name}: the title says Error`, await page.title());
        const broken = await page.evaluate(() => [...document.querySelectorAll(".errors a")].filter((one) => !document.querySelector(one.getAttribute("href"))).length);
        check(broken === 0, `${setting.name} ${state.name}: links of the summary`, `${broken} lead nowhere`);
      }
    } catch (error) {
      check(false, `${setting.name} ${state.name}`, String(error).split("\n")[0]);
    }
    page.off("response", listen);
  }
  await context.close();
}

// Presses Tab until a control has the focus; never a click, never a script.
async function tabTo(page, wanted) {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press("Tab");
    const here = await page.evaluate(() => {
      const one = document.activeElement;
      return `${one.id}|${one.name ?? ""}|${(one.textContent ?? "").trim()}`;
    });
    if (wanted.test(here)) {
      const seen = await page.evaluate(() => {
        const box = document.activeElement.getBoundingClientRect();
        return box.width > 0 && box.bottom > 0 && box.top < innerHeight;
      });
      if (!seen) throw new Error(`${wanted} has the focus out of sight`);
      return;
    }
  }
  throw new Error(`${wanted} cannot be reached with Tab`);
}

async function enter(page) {
  await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
}

// A whole report by keyboard alone, from the first page to the reference.
async function byKeyboard(browser, base) {
  const context = await browser.newContext({ viewport: { width: 320, height: 640 } });
  await scriptless(context);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  try {
    await page.goto(base);
    await tabTo(page, /\|Skip to the main part$/);
    await tabTo(page, /\|Report a call$/);
    await enter(page);
    await tabTo(page, /\|Start$/);
    await enter(page);
    let screens = 0;
    const go = async () => { screens += 1; await tabTo(page, /\|Continue$/); await enter(page); };
    await tabTo(page, /^danger\|/);
    for (let down = 0; down < 3; down += 1) await page.keyboard.press("ArrowDown");
    await go();
    await tabTo(page, /^given\|/);
    await page.keyboard.press("Space");
    await go();
    await tabTo(page, /^narrative\|/);
    await page.keyboard.type("A man rang. He said he was from the police.");
    await go();
    await tabTo(page, /^when\|/);
    await page.keyboard.press("Space");
    await tabTo(page, /^place\|/);
    await page.keyboard.type("Watford");
    await go();
    await tabTo(page, /^claimed\|/);
    await page.keyboard.press("Space");
    await go();
    // A mistake on the last page: the summary's link leads to the field.
    await tabTo(page, /\|Send$/);
    await enter(page);
    await tabTo(page, /\|Say who the report is about$/);
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement.id === "role");
    await page.keyboard.press("Space");
    await tabTo(page, /\|Send$/);
    await enter(page);
    check(/RF-[0-9A-Z]{4}-[0-9A-Z]{5}/.test(await page.locator(".done").textContent()), "a report by keyboard alone", "no reference");
    check(screens + 1 <= 6, "a report in six screens", `${screens + 1} screens`);
  } catch (error) {
    check(false, "a report by keyboard alone", String(error).split("\n")[0]);
  }
  await context.close();
}

// Letters twice as large at two widths: nothing is cut off, nothing scrolls sideways. And on paper: no navigation, no buttons.
async function largeAndPrinted(browser, base, first) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  await scriptless(context);
  const page = await context.newPage();
  for (const path of twice) {
    await page.goto(base + path.replace("/advice/first", first));
    for (const width of [1280, 640]) {
      await page.setViewportSize({ width, height: 900 });
      await page.evaluate(() => { document.documentElement.style.fontSize = "200%"; });
      const wide = await tooWide(page);
      check(wide <= 0, `text at 200 %, ${width} pixels: ${path}`, `${wide} pixels too wide`);
    }
    await picture(page, `twice-${path}`);
    await page.evaluate(() => { document.documentElement.style.fontSize = ""; });
    await page.setViewportSize({ width: 794, height: 1123 });
    await page.emulateMedia({ media: "print" });
    const shown = await page.evaluate(() =>
      [...document.querySelectorAll("header, nav, .skip, button, a.button, .exit")].filter((one) => getComputedStyle(one).display !== "none" && one.getClientRects().length > 0).length);
    check(shown === 0, `on paper: ${path}`, `${shown} controls are printed`);
    check(await page.locator("h1").isVisible(), `on paper: ${path} has its heading`, "it has none");
    await picture(page, `print-${path}`);
    await page.emulateMedia({ media: "screen" });
    await page.setViewportSize({ width: 1280, height: 900 });
  }
  await context.close();
}

// "Exit this page": Shift three times with the script, the link without it; the answers are gone and the way leads outside.
async function exits(browser, base) {
  const context = await browser.newContext();
  // Whatever lies outside answers, so that no error page of the browser's comes in between.
  await context.route((url) => !url.href.startsWith(base), (route) => route.fulfill({ contentType: "text/html", body: "<title>elsewhere</title>" }));
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  try {
    for (const way of ["keys", "link"]) {
      await page.goto(`${base}/report`);
      await press(page, "Start");
      if (way === "keys") {
        await page.keyboard.press("Shift");
        await page.keyboard.press("Shift");
        check((await page.locator(".exit-dots").textContent()).length === 2, "exit: progress is shown", "no dots");
        await leaves(page, base, () => page.keyboard.press("Shift"));
      } else {
        await leaves(page, base, () => page.locator("header a.exit").click());
      }
      await page.goto(`${base}/report/danger`);
      check(new URL(page.url()).pathname === "/report", `exit by ${way}: the answers are gone`, page.url());
    }
  } catch (error) {
    check(false, "exit this page", String(error).split("\n")[0]);
  }
  await context.close();
}

// Waits until a page of somebody else's is there.
async function leaves(page, base, act) {
  const [request] = await Promise.all([page.waitForRequest((one) => !one.url().startsWith(base)), act().catch(() => {})]);
  // An address outside may not be there: the browser's own error page is outside too.
  for (let tries = 0; page.url().startsWith(base) && tries < 100; tries += 1) await page.waitForTimeout(100);
  check(request.isNavigationRequest(), "exit: the way leads outside", request.url());
}

async function press(page, name) {
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name, exact: true }).click()]);
}

async function main() {
  const demo = await served(program, { demo: true });
  const bare = await served(program, { user: "first" });
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: flags });
  try {
    await broken(browser);
    for (const setting of settings) {
      await walk(browser, setting, residents, demo.base);
      await walk(browser, setting, desk, demo.base);
      await walk(browser, setting, empty, bare.base);
    }
    await byKeyboard(browser, demo.base);
    await largeAndPrinted(browser, demo.base, demo.firstAdvice);
    await exits(browser, demo.base);
  } finally {
    await browser.close();
    demo.stop();
    bare.stop();
  }
  console.log(`${(residents.length + desk.length + empty.length) * settings.length} page states`);
  console.log(`browser: ${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

await main();
