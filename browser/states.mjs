// Every page state, in the order in which a person meets them: each says how to get there from the one before, and the status
// it answers with where that is not 200.

const to = (path) => (page, base) => page.goto(base + path);
const press = (name) => (page) =>
  Promise.all([page.waitForEvent("load"), page.getByRole("button", { name, exact: true }).first().click()]);
const follow = (page, link) => Promise.all([page.waitForEvent("load"), page.click(link)]);
const tick = (page, value) => page.check(`input[value="${value}"]`);

export const residents = [
  { name: "home", go: to("/") },
  { name: "advice list", go: to("/advice") },
  { name: "advice", go: (page) => follow(page, "main ul.items a") },
  { name: "not found", go: to("/nowhere"), status: 404 },
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
  { name: "check, as it is typed", go: async (page, base) => {
    await page.goto(`${base}/check`);
    await page.fill("#said", "Do not tell anyone. You must withdraw five thousand pounds and a courier will come to collect it.");
    await page.waitForSelector("[data-alarm=yes]");
  } },
  { name: "check now", go: to("/check/now") },
  { name: "check now, one tap", go: press("Police or bank") },
  { name: "check now, an alarm", go: async (page) => { await press("Tell nobody")(page); await press("Cash, gold or gift cards")(page); } },
  { name: "check wait", go: to("/check/wait") },
  { name: "check card", go: to("/check/card") },
  { name: "report start", go: to("/report") },
  { name: "report danger", go: press("Start") },
  { name: "report print", go: to("/report/print") },
  { name: "report danger, not answered", go: async (page, base) => { await page.goto(`${base}/report/danger`); await press("Continue")(page); }, status: 422 },
  { name: "report hang up", go: async (page) => { await tick(page, "caller_on_line"); await press("Continue")(page); } },
  { name: "report dial 999", go: to("/report/dial-999") },
  { name: "report given", go: to("/report/given") },
  { name: "report bank first", go: async (page) => { await tick(page, "money"); await press("Continue")(page); } },
  { name: "report story", go: to("/report/story") },
  { name: "report when and where", go: async (page) => {
    await page.fill("#narrative", "A man rang from the police and asked me to withdraw cash for a courier.");
    await press("Continue")(page);
  } },
  { name: "report when and where, not answered", go: press("Continue"), status: 422 },
  { name: "report caller", go: async (page) => {
    await tick(page, "today");
    await page.fill("#place", "AL1 3JQ");
    await press("Continue")(page);
  } },
  { name: "report caller, not a number", go: async (page) => { await page.fill("#number_shown", "ring me"); await press("Continue")(page); }, status: 422 },
  { name: "report you", go: async (page) => { await page.fill("#number_shown", "01632 960123"); await press("Continue")(page); } },
  { name: "report check answers", go: async (page) => { await tick(page, "target"); await press("Continue")(page); } },
  { name: "report sent", go: press("Send") },
  { name: "report sent, opened again", go: to("/report/done") },
  { name: "your report", go: async (page, base) => {
    page.reference = await page.locator(".done strong").textContent();
    page.code = await page.locator("main > p strong").first().textContent();
    await page.goto(`${base}/your-report`);
  } },
  { name: "your report, wrong code", go: async (page) => {
    await page.fill("#reference", page.reference);
    await page.fill("#code", "wrong");
    await press("Look")(page);
  }, status: 422 },
  { name: "your report, status", go: async (page) => {
    await page.fill("#reference", page.reference);
    await page.fill("#code", page.code);
    await press("Look")(page);
  } },
];

const signIn = (name) => async (page, base) => {
  await page.context().clearCookies();
  await page.goto(`${base}/desk/sign-in`);
  await page.fill("#name", name);
  await page.fill("#password", "demonstration-only");
  await press("Sign in")(page);
};

export const desk = [
  { name: "desk sign in", go: to("/desk/sign-in") },
  { name: "desk sign in, wrong", go: async (page) => { await page.fill("#name", "nobody"); await page.fill("#password", "wrong"); await press("Sign in")(page); }, status: 422 },
  { name: "desk home", go: signIn("analyst") },
  { name: "desk reports", go: to("/desk/reports") },
  { name: "desk reports, none", go: to("/desk/reports?text=nothing-like-it") },
  { name: "desk report", go: async (page, base) => { await page.goto(`${base}/desk/reports?stream=courier_fraud`); await follow(page, "main table a"); } },
  { name: "desk report, opened", go: async (page) => { await page.fill("#why", "browser test of the page"); await press("Open")(page); } },
  { name: "desk series list", go: to("/desk/series") },
  // The demo's own series, confirmed when the demo was made: the reports that the residents' states file may raise others.
  { name: "desk series", go: (page) => follow(page, 'main ul.items li:has(.tag:text-is("confirmed")) a') },
  { name: "desk decision refused", go: press("Confirm"), status: 409 },
  { name: "desk advice list", go: to("/desk/advice") },
  { name: "desk advice", go: (page) => follow(page, "main ul.items a") },
  { name: "desk help", go: to("/desk/help") },
  { name: "desk forbidden", go: to("/desk/users"), status: 403 },
  { name: "desk home of an administrator", go: signIn("admin") },
  { name: "desk users", go: to("/desk/users") },
  { name: "desk user refused", go: async (page) => { await page.fill("#name", "new"); await page.fill("#password", "short"); await press("Create")(page); }, status: 422 },
  { name: "desk audit", go: to("/desk/audit") },
];
