// "Exit this page" by the Shift key pressed three times within five seconds. The page works without it: the button is a link.
(() => {
  const button = document.querySelector("a.exit");
  if (!button) return;
  const dots = document.createElement("span");
  dots.className = "exit-dots";
  dots.setAttribute("aria-hidden", "true");
  button.append(dots);
  const said = document.createElement("span");
  said.className = "away";
  said.setAttribute("role", "status");
  document.body.append(said);
  let presses = 0;
  let timer = 0;
  const leave = () => {
    // What is on the screen goes at once, whatever the way out takes.
    document.body.replaceChildren();
    document.title = "";
    location.replace(button.href);
  };
  const forget = () => { presses = 0; dots.textContent = ""; said.textContent = ""; };
  button.addEventListener("click", (event) => { event.preventDefault(); leave(); });
  addEventListener("keyup", (event) => {
    if (event.key !== "Shift") { if (presses) forget(); return; }
    presses += 1;
    clearTimeout(timer);
    if (presses === 3) { leave(); return; }
    dots.textContent = "\u2022".repeat(presses);
    said.textContent = `Press Shift ${3 - presses} more ${presses === 2 ? "time" : "times"} to leave this page`;
    timer = setTimeout(forget, 5000);
  });
})();
