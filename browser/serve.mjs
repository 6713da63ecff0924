// Serves a house for the browser: the demo's, or a new one with one analyst in it.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

function run(program, args) {
  const done = spawnSync(program, args, { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${args[0]} failed: ${done.stderr}`);
}

export async function served(program, { demo, user }) {
  const folder = mkdtempSync(join(tmpdir(), "ringfence-browser-"));
  const dir = demo ? join(folder, "demo") : folder;
  const where = ["--database", `sqlite:${join(dir, "ringfence.db")}`, "--key-file", join(dir, "ringfence.key")];
  let firstAdvice = "";
  if (demo) {
    run(program, ["demo", "--dir", dir, "--no-serve"]);
    firstAdvice = `/advice/${readdirSync(join(dir, "pages")).find((name) => name.endsWith(".html")).replace(/\.html$/, "")}`;
  } else {
    const secret = join(dir, "secret.txt");
    writeFileSync(secret, "demonstration-only\n");
    run(program, ["user", "add", user, "--role", "analyst", "--password-file", secret, ...where]);
  }
  const port = await freePort();
  const server = spawn(program, ["serve", "--listen", `127.0.0.1:${port}`, ...where], { stdio: ["ignore", "ignore", "ignore"] });
  const base = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries += 1) {
    if (await fetch(`${base}/healthz`).then((answer) => answer.ok, () => false)) break;
    if (tries > 300) throw new Error("the site does not answer");
    await new Promise((done) => setTimeout(done, 100));
  }
  const stop = () => {
    server.kill("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  };
  return { base, stop, firstAdvice };
}
