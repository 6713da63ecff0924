// Makes the pictures of README from the running program, and the picture that is shown where advice is shared.
// Usage: node pictures.mjs PROGRAM FOLDER [SHARE.png]

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { flags, served } from "./serve.mjs";

const [program, folder, share] = process.argv.slice(2);

// One picture for every force: what to do, in letters that can be read small.
const SHARED = `<!doctype html><html lang="en-GB"><meta charset="utf-8"><style>
body { margin: 0; width: 1200px; height: 630px; background: #12304f; color: #fff; font-family: Arial, "Liberation Sans", sans-serif; display: flex; flex-direction: column; justify-content: center; padding: 0 90px; box-sizing: border-box; }
h1 { font-size: 118px; line-height: 1; margin: 0 0 44px; } p { font-size: 56px; line-height: 1.25; margin: 0; } hr { width: 180px; height: 12px; margin: 0 0 44px; border: 0; background: #7fd6ad; }
</style><h1>Scam calls</h1><hr><p>Hang up. Wait five minutes<br>or use another phone.</p></html>`;

async function main() {
  mkdirSync(folder, { recursive: true });
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: flags });
  try {
    if (share) {
      const page = await browser.newPage({ viewport: { width: 1200, height: 630 } });
      await page.setContent(SHARED);
      await page.screenshot({ path: share });
      await page.close();
    }
    if (program === "none") return;
    const demo = await served(program, { demo: true });
    try {
      const page = await browser.newPage({ viewport: { width: 1000, height: 720 } });
      const shot = (name, height) => page.screenshot({ path: join(folder, `${name}.png`), clip: { x: 0, y: 0, width: 1000, height } });
      await page.goto(demo.base);
      await shot("home", 720);
      await page.goto(`${demo.base}/report`);
      await page.getByRole("button", { name: "Start" }).click();
      await shot("report", 620);
      await page.goto(demo.base + demo.firstAdvice);
      await page.setViewportSize({ width: 1000, height: 1000 });
      await shot("advice", 1000);
      await page.goto(`${demo.base}/desk/sign-in`);
      await page.fill("#name", "analyst");
      await page.fill("#password", "demonstration-only");
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.goto(`${demo.base}/desk/series`);
      await page.locator('main :is(li, tr):has(.tag:text-is("confirmed")) a[href^="/desk/series/"]').first().click();
      await page.waitForLoadState();
      // Evidence, table and map stand below one another: a taller picture.
      await page.setViewportSize({ width: 1000, height: 1650 });
      await shot("series", 1650);
    } finally {
      demo.stop();
    }
  } finally {
    await browser.close();
  }
}

await main();
