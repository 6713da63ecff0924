//! `GET /feed/v1/media`: the WebSocket of a call. The token comes as `Authorization: Bearer …`, or as the custom parameter `token` of
//! `start`, since platforms send no headers of ours. Until it has been shown, no sound is taken.

use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use call::Check;
use call::line::feed::media_stream::{LARGEST_MESSAGE, MediaStream, Step};
use call::line::feed::recogniser::{Recogniser, Words};
use call::line::{HeldLine, Verdict};
use serde_json::{Value, json};
use tokio::time::{Instant, timeout, timeout_at};

use super::process::Process;
use crate::AppState;
use crate::error::WebError;

/// A stream that says nothing for so long is ended.
const SILENT: Duration = Duration::from_secs(60);
/// Time to say who one is.
const INTRODUCE: Duration = Duration::from_secs(10);
/// Sound may run ahead of the clock by this: a recording can be played in as fast as it is read, an endless one cannot.
const AHEAD_S: f64 = 600.0;
/// Messages in hand, and more a second: several times what a call sends.
const MESSAGES: f64 = 100_000.0;
const MESSAGES_A_SECOND: f64 = 500.0;
/// How long a recogniser's last words are waited for.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// Close codes (RFC 6455): policy, try again later.
const POLICY: u16 = 1008;
const LATER: u16 = 1013;

/// Opens the stream of a call.
pub(crate) async fn connect(
    State(state): State<AppState>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    if !state.feed.is_on() {
        return WebError::NotFound.into_response();
    }
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection.into_response(),
    };
    let shown =
        headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer "));
    let admitted = shown.is_some_and(|token| state.feed.admits(token));
    upgrade.max_message_size(LARGEST_MESSAGE).max_frame_size(LARGEST_MESSAGE).on_upgrade(move |socket| async move {
        let mut call = Call::new(state, socket, admitted);
        if let Err(end) = call.run().await {
            call.close(end).await;
        }
    })
}

/// How a stream ends.
struct End {
    code: u16,
    why: String,
}

fn policy(why: impl Into<String>) -> End {
    End { code: POLICY, why: why.into() }
}

/// A stream that is being listened to.
struct Call {
    state: AppState,
    socket: WebSocket,
    stream: MediaStream,
    recogniser: Option<Process>,
    check: Check,
    admitted: bool,
    alarmed: bool,
    verification: bool,
}

impl Call {
    fn new(state: AppState, socket: WebSocket, admitted: bool) -> Call {
        let recogniser = state.feed.recogniser.as_deref().and_then(|command| match Process::start(command) {
            Ok(process) => Some(process),
            Err(error) => {
                tracing::warn!(%error, "the recogniser could not be started: tones are listened for all the same");
                None
            }
        });
        let stream = MediaStream::new(state.feed.plan.clone(), recogniser.is_some());
        Call { state, socket, stream, recogniser, check: Check::default(), admitted, alarmed: false, verification: false }
    }

    /// Takes messages until the call is over.
    async fn run(&mut self) -> Result<(), End> {
        let places = self.state.feed.places.clone();
        let Ok(_place) = places.try_acquire_owned() else {
            return Err(End { code: LATER, why: "too many calls at once".to_owned() });
        };
        let began = Instant::now();
        let mut messages = 0.0;
        while !self.stream.is_over() {
            let wait = if self.admitted { Instant::now() + SILENT } else { began + INTRODUCE };
            let message = match timeout_at(wait, self.socket.recv()).await {
                Err(_) if self.admitted => return Err(policy("nothing came for a minute")),
                Err(_) => return Err(policy("no token was shown")),
                Ok(None | Some(Err(_)) | Some(Ok(Message::Close(_)))) => break,
                Ok(Some(Ok(message))) => message,
            };
            let passed = began.elapsed().as_secs_f64();
            messages += 1.0;
            if messages > MESSAGES + MESSAGES_A_SECOND * passed || self.stream.seconds() > passed + AHEAD_S {
                return Err(policy("messages come faster than a call can"));
            }
            match message {
                Message::Text(text) => {
                    let steps = self.stream.take(&text).map_err(|refusal| policy(refusal.to_string()))?;
                    self.follow(steps).await?;
                }
                Message::Binary(_) => return Err(policy("a binary message: messages are JSON text")),
                _ => {}
            }
            self.take_words().await?;
        }
        let steps = self.stream.finish();
        self.follow(steps).await?;
        self.last_words().await
    }

    async fn follow(&mut self, steps: Vec<Step>) -> Result<(), End> {
        for step in steps {
            match step {
                Step::Started { token } => {
                    self.admitted |= token.is_some_and(|token| self.state.feed.admits(&token));
                    if !self.admitted {
                        return Err(policy("the token is missing or wrong"));
                    }
                }
                Step::Said { resident, text } => self.said(resident, &text).await?,
                Step::Heard { leg, at_s, samples } => {
                    let rate = self.stream.rate();
                    if let Some(recogniser) = &mut self.recogniser {
                        recogniser.hear(leg, at_s, rate, &samples);
                    }
                }
                Step::Sign(verdict) => self.alarm(Some(&verdict)).await?,
                Step::Stopped => {}
            }
        }
        // The events have done their work in the verdict; nothing of a call is kept.
        drop(self.stream.take_events());
        Ok(())
    }

    async fn said(&mut self, resident: bool, text: &str) -> Result<(), End> {
        self.state.checker.turn(&mut self.check, resident, text);
        if !self.verification && self.heard("false_verification") {
            self.verification = true;
            for step in self.stream.false_verification() {
                if let Step::Sign(verdict) = step {
                    self.alarm(Some(&verdict)).await?;
                }
            }
        }
        if self.check.alarm() && !self.alarmed {
            self.alarmed = true;
            self.alarm(None).await?;
        }
        Ok(())
    }

    fn heard(&self, stage: &str) -> bool {
        let check = self.check.to_contract_json(&Value::Null);
        check["stages"].as_array().is_some_and(|stages| stages.iter().any(|held| held["stage"] == stage))
    }

    /// Sends what is known: the line's sign, the talk's stages, and what to do.
    async fn alarm(&mut self, verdict: Option<&Verdict>) -> Result<(), End> {
        let verdict = verdict.cloned().or_else(|| self.stream.verdict().cloned());
        let strong = self.check.alarm() || verdict.as_ref().is_some_and(|verdict| verdict.held_line == HeldLine::Strong);
        let line = verdict.map(|verdict| json!({ "held_line": verdict.held_line, "why": verdict.why, "at_s": verdict.at_s }));
        let advice = if strong { json!(["hang_up", "use_another_phone", "ring_for_help"]) } else { json!(["use_another_phone"]) };
        let alarm = json!({
            "level": if strong { "alarm" } else { "warning" }, "seconds": self.stream.seconds(), "line": line,
            "check": self.check.to_contract_json(&Value::Null), "advice": advice,
        });
        for message in self.stream.alarm(&alarm) {
            // Who has gone already is told nothing more; the call is still heard to its end.
            let _ = self.socket.send(Message::text(message.to_string())).await;
        }
        Ok(())
    }

    async fn take_words(&mut self) -> Result<(), End> {
        let words: Vec<Words> = self.recogniser.as_mut().map_or_else(Vec::new, Recogniser::words);
        for words in words {
            let resident = self.stream.is_resident(words.leg);
            self.said(resident, &words.text).await?;
        }
        Ok(())
    }

    async fn last_words(&mut self) -> Result<(), End> {
        if let Some(mut recogniser) = self.recogniser.take() {
            recogniser.end();
            let _ = timeout(LAST_WORDS, recogniser.ended()).await;
            let words = recogniser.words();
            for words in words {
                let resident = self.stream.is_resident(words.leg);
                self.said(resident, &words.text).await?;
            }
        }
        self.close(End { code: 1000, why: "the call is over".to_owned() }).await;
        Ok(())
    }

    async fn close(&mut self, end: End) {
        let frame = CloseFrame { code: end.code, reason: end.why.chars().take(100).collect::<String>().into() };
        let _ = self.socket.send(Message::Close(Some(frame))).await;
    }
}
