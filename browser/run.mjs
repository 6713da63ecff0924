// Serves the demo, walks every page state in Chromium and has axe look at each, in four settings.
// Usage: node run.mjs PROGRAM [FOLDER FOR PICTURES]

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { residents, desk } from "./states.mjs";

const [program, pictures] = process.argv.slice(2);
const axe = readFileSync(new URL("./node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const settings = [
  { name: "desktop", viewport: { width: 1280, height: 900 } },
  { name: "narrow", viewport: { width: 320, height: 640 } },
  { name: "dark", viewport: { width: 1280, height: 900 }, colorScheme: "dark" },
  { name: "forced", viewport: { width: 1280, height: 900 }, forcedColors: "active" },
];

let passed = 0;
let failed = 0;
function check(good, name, why) {
  if (good) passed += 1;
  else {
    failed += 1;
    console.log(`FAILED ${name}: ${why}`);
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

async function look(page, setting, name) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((tags) => window.axe.run(document, { runOnly: tags }), tags);
  const told = violations.map((one) => `${one.id} (${one.nodes.map((node) => node.target.join(" ")).join("; ")})`).join(", ");
  check(violations.length === 0, `${setting.name} ${name}: axe`, told);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  check(wide <= 0, `${setting.name} ${name}: no sideways scroll`, `${wide} pixels too wide`);
  if (pictures) {
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `${setting.name}-${name.replace(/[^a-z0-9]+/gi, "-")}.png`), fullPage: true });
  }
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

async function main() {
  const folder = mkdtempSync(join(tmpdir(), "ringfence-browser-"));
  const dir = join(folder, "demo");
  const made = spawnSync(program, ["demo", "--dir", dir, "--no-serve"], { encoding: "utf8" });
  if (made.status !== 0) throw new Error(`the demo failed: ${made.stderr}`);
  const port = await freePort();
  const where = ["--listen", `127.0.0.1:${port}`, "--database", `sqlite:${join(dir, "ringfence.db")}`, "--key-file", join(dir, "ringfence.key")];
  const server = spawn(program, ["serve", ...where], { stdio: ["ignore", "ignore", "inherit"] });
  const base = `http://127.0.0.1:${port}`;
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: flags });
  try {
    for (let tries = 0; ; tries += 1) {
      if (await fetch(`${base}/healthz`).then((answer) => answer.ok, () => false)) break;
      if (tries > 100) throw new Error("the site does not answer");
      await new Promise((done) => setTimeout(done, 100));
    }
    await broken(browser);
    for (const setting of settings) {
      for (const states of [residents, desk]) {
        const { name: _, ...options } = setting;
        const context = await browser.newContext(options);
        // No page needs a script: every one that is asked for is refused.
        await context.route("**/*", (route) => (route.request().resourceType() === "script" ? route.abort() : route.continue()));
        const page = await context.newPage();
        page.setDefaultTimeout(10_000);
        for (const state of states) {
          let status = 200;
          const listen = (answer) => { if (answer.request().isNavigationRequest()) status = answer.status(); };
          page.on("response", listen);
          try {
            await state.go(page, base);
            check(status === (state.status ?? 200), `${setting.name} ${state.name}: status`, `${status}`);
            await look(page, setting, state.name);
          } catch (error) {
            check(false, `${setting.name} ${state.name}`, String(error).split("\n")[0]);
          }
          page.off("response", listen);
        }
        await context.close();
      }
    }
  } finally {
    await browser.close();
    server.kill("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`browser: ${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

await main();
