// Every page state, in the order in which a person meets them: each says how to get there from the one before, and the status
// it answers with where that is not 200. A group may be walked any number of times: it never depends on how often it was.

const to = (path) => (page, base) => page.goto(base + path);
const press = (name) => (page) =>
  Promise.all([page.waitForEvent("load"), page.getByRole("button", { name, exact: true }).first().click()]);
const follow = (page, link) => Promise.all([page.waitForEvent("load"), page.locator(link).first().click()]);
const tick = (page, value) => page.check(`input[value="${value}"]`);
const next = press("Continue");

export const residents = [
  { name: "home", go: to("/") },
  { name: "advice list", go: to("/advice") },
  { name: "advice", go: (page) => follow(page, 'main ul.items li:not(:has(.tag)) a') },
  { name: "advice in large print", go: (page) => follow(page, 'a[href$="/large-print"]') },
  { name: "not found", go: to("/nowhere"), status: 404 },
  { name: "advice not found", go: to("/advice/none-0000"), status: 404 },
  { name: "not like that", go: to("/report/begin"), status: 405 },
  { name: "help", go: to("/help") },
  { name: "privacy", go: to("/privacy") },
  { name: "accessibility", go: to("/accessibility") },
  { name: "check", go: to("/check") },
  { name: "check, nothing said", go: press("Check"), status: 422 },
  { name: "check, an alarm", go: async (page, base) => {
    await page.goto(`${base}/check`);
    await tick(page, "secret");
    await page.fill("#said", "You must withdraw five thousand pounds in cash. A courier will come to the house.");
    await press("Check")(page);
  } },
  { name: "check, no sign", go: async (page, base) => {
    await page.goto(`${base}/check`);
    await page.fill("#said", "Hello, it is about your dentist appointment.");
    await press("Check")(page);
  } },
  { name: "check, as it is typed", scripts: true, go: async (page, base) => {
    await page.goto(`${base}/check`);
    await page.fill("#said", "Do not tell anyone. You must withdraw five thousand pounds and a courier will come to collect it.");
    await page.waitForSelector("[data-alarm=yes]");
  } },
  { name: "check now", go: to("/check/now") },
  { name: "check now, one tap", go: press("Police or bank") },
  { name: "check now, an alarm", go: async (page) => {
    await press("Tell nobody")(page);
    // Two signs may be enough: then nothing more is asked.
    if (await page.getByRole("button", { name: "Cash, gold or gift cards", exact: true }).count()) await press("Cash, gold or gift cards")(page);
    await page.getByRole("heading", { name: "Hang up now" }).waitFor();
  } },
  { name: "check wait", go: to("/check/wait") },
  { name: "check card", go: to("/check/card") },
  { name: "report start", go: to("/report") },
  { name: "report danger", go: press("Start") },
  { name: "report print", go: to("/report/print") },
  { name: "report danger, not answered", go: async (page, base) => { await page.goto(`${base}/report/danger`); await next(page); }, status: 422 },
  { name: "report hang up", go: async (page) => { await tick(page, "caller_on_line"); await next(page); } },
  { name: "report dial 999", go: async (page, base) => { await page.goto(`${base}/report/danger`); await tick(page, "courier_expected"); await next(page); } },
  { name: "report given", go: (page) => follow(page, "main a.button") },
  { name: "report bank first", go: async (page) => { await tick(page, "money"); await next(page); } },
  { name: "report story", go: (page) => follow(page, "main a.button") },
  { name: "report story, not answered", go: next, status: 422 },
  { name: "report when and where", go: async (page) => {
    await page.fill("#narrative", "A man rang from the police and asked me to withdraw cash for a courier.");
    await next(page);
  } },
  { name: "report when and where, not answered", go: next, status: 422 },
  { name: "report caller", go: async (page) => {
    await tick(page, "today");
    await page.fill("#place", "AL1 3JQ");
    await next(page);
  } },
  { name: "report caller, not a number", go: async (page) => { await page.fill("#number_shown", "ring me"); await next(page); }, status: 422 },
  { name: "report check answers", go: async (page) => { await page.fill("#number_shown", "01632 960123"); await next(page); } },
  { name: "report change an answer", go: (page) => follow(page, 'dl.answers a[href="/report/when-and-where"]') },
  { name: "report check answers, changed", go: async (page) => { await tick(page, "yesterday"); await next(page); } },
  { name: "report check answers, not answered", go: press("Send"), status: 422 },
  { name: "report sent", go: async (page) => { await tick(page, "target"); await press("Send")(page); } },
  { name: "report sent, opened again", go: to("/report/done") },
  { name: "more, story", go: (page) => follow(page, 'a.button[href="/report/more-story"]') },
  { name: "more, tricks", go: async (page) => { await tick(page, "card_misused"); await next(page); } },
  { name: "more, wanted", go: next },
  { name: "more, how it ended", go: async (page) => { await tick(page, "withdraw_cash"); await next(page); } },
  { name: "more, not a sum", go: async (page) => { await page.fill("#loss", "lots"); await next(page); }, status: 422 },
  { name: "more, bank", go: async (page) => { await page.fill("#loss", "2,500"); await next(page); } },
  { name: "more, the person", go: next },
  { name: "more, consent", go: next },
  { name: "more, added", go: next },
  { name: "your report", go: async (page, base) => {
    page.reference = await page.locator(".done strong").textContent();
    page.code = await page.locator("main strong.code").textContent();
    await page.goto(`${base}/your-report`);
  } },
  { name: "your report, not a reference", go: press("Show my report"), status: 422 },
  { name: "your report, wrong code", go: async (page) => {
    await page.fill("#reference", page.reference);
    await page.fill("#code", "wrong");
    await press("Show my report")(page);
  }, status: 422 },
  { name: "your report, status", go: async (page) => {
    await page.fill("#reference", page.reference);
    await page.fill("#code", page.code);
    await press("Show my report")(page);
  } },
  { name: "your report, nothing to add", go: press("Add this"), status: 422 },
  { name: "your report, added", go: async (page) => { await page.fill("#more", "He rang again an hour later."); await press("Add this")(page); } },
  { name: "report start, expired", go: async (page, base) => {
    const gone = { name: "ringfence-report", value: "gone-since-yesterday", url: base };
    await page.context().addCookies([gone]);
    await page.goto(`${base}/report`);
  } },
];

const signIn = (name) => async (page, base) => {
  await page.context().clearCookies();
  await page.goto(`${base}/desk/sign-in`);
  await page.fill("#name", name);
  await page.fill("#password", "demonstration-only");
  await press("Sign in")(page);
};

// The demo's own series and advice: what the residents' group raised meanwhile is not gone to.
const ownSeries = (page) => follow(page, 'main :is(li, tr):has(.tag:text-is("confirmed")) a[href^="/desk/series/"]');
const ownAdvice = (page, base) => page.goto(`${base}/desk/advice/0144`);
const again = async (page) => {
  // Signing asks for the password again where the session is older than a quarter of an hour.
  const password = page.locator("#password");
  if (await password.count()) await password.fill("demonstration-only");
};

export const desk = [
  { name: "desk sign in", go: to("/desk/sign-in") },
  { name: "desk sign in, wrong", go: async (page) => { await page.fill("#name", "nobody"); await page.fill("#password", "wrong"); await press("Sign in")(page); }, status: 422 },
  { name: "desk sign in, expired", go: async (page, base) => {
    await page.context().addCookies([{ name: "ringfence-staff", value: "ended", url: base }]);
    await page.goto(`${base}/desk/reports?stream=courier_fraud`);
  } },
  { name: "desk home of an analyst", go: signIn("analyst") },
  { name: "desk reports", go: to("/desk/reports") },
  { name: "desk reports, filtered", go: to("/desk/reports?stream=courier_fraud&district=E07000240") },
  { name: "desk reports, none", go: to("/desk/reports?text=nothing-like-it") },
  { name: "desk reports, asked wrongly", go: to("/desk/reports?before=soon"), status: 422 },
  { name: "desk report not found", go: to("/desk/reports/RF-0000-00000"), status: 404 },
  { name: "desk report", go: async (page, base) => { await page.goto(`${base}/desk/reports?stream=courier_fraud`); await follow(page, "main table a"); } },
  { name: "desk report, no reason", go: press("Open"), status: 422 },
  { name: "desk report, opened", go: async (page) => { await page.fill("#why", "browser test of the page"); await press("Open")(page); } },
  { name: "desk report, put right", go: async (page) => {
    page.before = await page.locator('button[name="change"]').first().getAttribute("value");
    await Promise.all([page.waitForEvent("load"), page.locator('button[name="change"]').first().click()]);
  } },
  { name: "desk report, put back", go: async (page) => {
    const back = page.before.replace(":-", ":+");
    const other = back === page.before ? page.before.replace(":+", ":-") : back;
    await Promise.all([page.waitForEvent("load"), page.locator(`button[name="change"][value="${other}"]`).click()]);
  } },
  { name: "desk series list", go: to("/desk/series") },
  { name: "desk series", go: ownSeries },
  { name: "desk decision refused", go: press("Confirm"), status: 409 },
  { name: "desk link", go: async (page, base) => {
    await page.goto(`${base}/desk/series`);
    await ownSeries(page);
    const report = await page.locator('input[name="report"]').first().getAttribute("value");
    await page.goto(`${page.url().split("?")[0]}/reports/${report}`);
  } },
  { name: "desk advice list", go: to("/desk/advice") },
  { name: "desk advice, out", go: ownAdvice },
  { name: "desk figure", go: (page) => follow(page, 'main table a[href*="/figures/"]') },
  { name: "desk help", go: to("/desk/help") },
  { name: "desk forbidden", go: to("/desk/users"), status: 403 },
  { name: "desk not found", go: to("/desk/advice/9999"), status: 404 },
  { name: "desk home of a press officer", go: signIn("press") },
  { name: "desk advice, update begun", go: async (page, base) => { await ownAdvice(page, base); await press("Update")(page); } },
  { name: "desk advice, edit refused", go: async (page) => {
    await page.locator("summary", { hasText: "Edit the text" }).click();
    await page.fill("#edit", "no such block");
    await press("Save")(page);
  }, status: 422 },
  { name: "desk advice, edited", go: async (page, base) => {
    await ownAdvice(page, base);
    await page.locator("summary", { hasText: "Edit the text" }).click();
    await press("Save")(page);
  } },
  { name: "desk advice, sent for review", go: press("Send for review") },
  { name: "desk home of a signing officer", go: signIn("signer") },
  { name: "desk advice, in review", go: ownAdvice },
  { name: "desk advice, returned without a reason", go: press("Return"), status: 422 },
  { name: "desk advice, signed", go: async (page) => { await again(page); await press("Sign")(page); } },
  { name: "desk advice, to publish", go: async (page, base) => { await signIn("press")(page, base); await ownAdvice(page, base); } },
  { name: "desk advice, published", go: press("Publish") },
  { name: "advice, updated", go: (page) => follow(page, 'a[href^="/advice/"]') },
  { name: "desk advice, drafted", go: async (page, base) => {
    await page.goto(`${base}/desk/series`);
    await ownSeries(page);
    await press("Draft advice")(page);
    page.second = new URL(page.url()).pathname;
  } },
  { name: "desk advice, stood down", go: async (page, base) => {
    await press("Send for review")(page);
    await signIn("signer")(page, base);
    await page.goto(base + page.second);
    await again(page);
    await press("Sign")(page);
    await signIn("press")(page, base);
    await page.goto(base + page.second);
    await press("Publish")(page);
    await press("Stand down")(page);
  } },
  { name: "advice, ended", go: (page) => follow(page, 'a[href^="/advice/"]') },
  { name: "desk home of a call handler", go: signIn("handler") },
  { name: "desk take a report", go: to("/desk/reports/new") },
  { name: "desk take a report, not answered", go: press("Take the report"), status: 422 },
  { name: "desk report, sealed", go: async (page, base) => { await page.goto(`${base}/desk/reports`); await follow(page, "main table a"); } },
  { name: "desk home of an administrator", go: signIn("admin") },
  { name: "desk users", go: to("/desk/users") },
  { name: "desk users, one opened", go: async (page) => { await page.locator("main summary").first().click(); } },
  { name: "desk user refused", go: async (page) => { await page.fill("#name", "new user"); await page.fill("#password", "short"); await press("Create")(page); }, status: 422 },
  { name: "desk audit", go: to("/desk/audit") },
  { name: "desk home of an auditor", go: signIn("auditor") },
];

// A house that nothing has happened in yet.
export const empty = [
  { name: "home, nothing yet", go: to("/") },
  { name: "advice list, nothing yet", go: to("/advice") },
  { name: "desk home, nothing yet", go: signIn("first") },
  { name: "desk reports, nothing yet", go: to("/desk/reports") },
  { name: "desk series, nothing yet", go: to("/desk/series") },
  { name: "desk advice, nothing yet", go: to("/desk/advice") },
];

// Pages that are looked at with letters twice as large, and on paper.
export const twice = ["/", "/advice", "/advice/first", "/check", "/report", "/report/print", "/help", "/your-report", "/desk/sign-in"];
