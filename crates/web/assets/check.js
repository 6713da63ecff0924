// Checks a call while it goes on. The page works without this: here the answer only comes sooner.
"use strict";
(() => {
  const form = document.getElementById("check");
  const said = document.getElementById("said");
  const live = document.getElementById("live");
  const words = document.getElementById("live-words");
  let last = "";
  let timer = 0;
  let asked = 0;
  let alarmed = false;

  async function ask() {
    const fields = new URLSearchParams(new FormData(form));
    const now = fields.toString();
    if (now === last) return;
    last = now;
    asked += 1;
    const turn = asked;
    try {
      const answer = await fetch("/check/live", { method: "POST", body: fields, headers: { accept: "text/html" } });
      // An answer that comes late is an answer to what was typed before.
      if (!answer.ok || turn !== asked) return;
      words.innerHTML = await answer.text();
      live.hidden = false;
      const alarm = words.querySelector("[data-alarm=yes]") !== null;
      words.setAttribute("role", alarm ? "alert" : "status");
      if (alarm && !alarmed) live.scrollIntoView({ block: "center" });
      alarmed = alarm;
    } catch {
      // No connection: the button still sends the form.
    }
  }
  function soon() {
    clearTimeout(timer);
    timer = setTimeout(ask, 500);
  }
  if (form) {
    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
  }

  const Recogniser = window.SpeechRecognition || window.webkitSpeechRecognition;
  const speak = document.getElementById("speak");
  const speaking = document.getElementById("speaking");
  if (speak && Recogniser) {
    document.getElementById("listen").hidden = false;
    let on = false;
    const hearing = new Recogniser();
    hearing.continuous = true;
    hearing.interimResults = false;
    hearing.lang = document.documentElement.lang || "en-GB";
    hearing.onresult = (event) => {
      for (let at = event.resultIndex; at < event.results.length; at += 1) {
        if (event.results[at].isFinal) said.value = `${said.value}${said.value ? "\n" : ""}${event.results[at][0].transcript.trim()}`;
      }
      soon();
    };
    hearing.onerror = (event) => {
      if (event.error === "no-speech") return;
      on = false;
      speaking.textContent = event.error === "not-allowed" ? "The browser was not allowed to listen. You can type instead." : "The browser stopped listening. You can type instead.";
      show();
    };
    // Recognisers stop after a silence: begun again until told otherwise.
    hearing.onend = () => { if (on) hearing.start(); };
    const show = () => {
      speak.textContent = on ? "Stop listening" : "Start listening";
      speak.setAttribute("aria-pressed", String(on));
    };
    speak.addEventListener("click", () => {
      on = !on;
      speaking.textContent = on ? "Listening." : "Stopped.";
      show();
      if (on) hearing.start(); else hearing.stop();
    });
  }

  const print = document.getElementById("print");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }

  const clock = document.getElementById("clock");
  if (clock) {
    const until = Date.now() + 5 * 60 * 1000;
    const told = document.getElementById("clock-said");
    let minute = 5;
    const tick = setInterval(() => {
      const left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      const minutes = Math.floor(left / 60);
      clock.textContent = left ? `${minutes}:${String(left % 60).padStart(2, "0")} to go` : "The five minutes are over. Ring someone you know first.";
      // A screen reader is told once a minute, not once a second.
      if (minutes < minute || left === 0) {
        minute = minutes;
        told.textContent = left ? `${minutes + 1} minutes to go` : clock.textContent;
      }
      if (left === 0) clearInterval(tick);
    }, 1000);
  }
})();
