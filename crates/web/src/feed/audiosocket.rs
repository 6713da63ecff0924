//! AudioSocket: a TCP listener for Asterisk. Each leg is a connection of its own; two with one identifier are one call. The protocol
//! knows no password: listen on the loopback, or where only the switchboard can reach. It has no text messages: what can go back is sound,
//! which Asterisk plays (or whispers) into the leg that it came from. So a strong sign is answered with a recorded warning, where the
//! operator gives one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use call::line::feed::LONGEST_CALL_S;
use call::line::feed::audiosocket::{Frame, Frames, sound_frame, written};
use call::line::{Direction, HeldLine, Line, Options, Plan, Verdict};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::OwnedWriteHalf;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex as AsyncMutex, Semaphore, watch};
use tokio::time::{Instant, timeout_at};

/// Connections at once: two a call.
const MOST_LEGS: usize = 2000;
/// A leg that says nothing for so long is ended.
const SILENT: Duration = Duration::from_secs(60);
/// Sound may run ahead of the clock by this.
const AHEAD_S: f64 = 600.0;

/// The latest that a leg may join the other, seconds.
const LATEST_S: f64 = 600.0;

/// Told of a call: its identifier, and what holds of its line when that grew.
pub type Told = Arc<dyn Fn(&str, &Verdict) + Send + Sync>;

/// Samples of a frame that is sent back: 20 ms at 8 kHz, and the time between two.
const PIECE: usize = 160;
const PACE: Duration = Duration::from_millis(20);

/// The calls that are heard now.
#[derive(Clone)]
struct Calls {
    plan: Arc<Plan>,
    direction: Direction,
    told: Told,
    /// Played into both legs at a strong sign, 8 kHz.
    warning: Option<Arc<[i16]>>,
    open: Arc<Mutex<HashMap<[u8; 16], Pair>>>,
}

/// The two legs of a call.
struct Pair {
    line: Option<(u32, Line)>,
    /// When the first sound came.
    began: Option<Instant>,
    came: usize,
    left: usize,
    /// Both legs wait for it: the one whose sound completes it may not be the one that is silent now.
    sign: watch::Sender<HeldLine>,
}

/// A leg's place in its call.
struct Mine {
    id: [u8; 16],
    leg: usize,
    sign: watch::Receiver<HeldLine>,
}

/// Listens until the task is dropped. `warning` is played into both legs of a call at a strong sign: samples at 8 kHz.
pub async fn listen(listener: TcpListener, direction: Direction, told: Told, warning: Option<Arc<[i16]>>) {
    let calls = Calls { plan: Arc::new(Plan::builtin()), direction, told, warning, open: Arc::default() };
    let places = Arc::new(Semaphore::new(MOST_LEGS));
    loop {
        let Ok((stream, peer)) = listener.accept().await else {
            // No more file handles, most likely: let some go first.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let Ok(place) = places.clone().try_acquire_owned() else {
            tracing::warn!(%peer, "too many AudioSocket legs at once");
            continue;
        };
        let calls = calls.clone();
        tokio::spawn(async move {
            if let Err(why) = calls.leg(stream).await {
                tracing::warn!(%peer, %why, "an AudioSocket leg was ended");
            }
            drop(place);
        });
    }
}

impl Calls {
    async fn leg(&self, stream: TcpStream) -> Result<(), String> {
        let (mut stream, back) = stream.into_split();
        // Held to the end of the leg: a half that is dropped is closed, which tells the switchboard to hang up.
        let back = Arc::new(AsyncMutex::new(back));
        let mut is_warned = self.warning.is_none();
        let mut frames = Frames::default();
        let mut bytes = vec![0; 4096];
        let mut mine: Option<Mine> = None;
        let began = Instant::now();
        let mut seconds = 0.0;
        let mut silent_from = Instant::now();
        let result = loop {
            let read = tokio::select! {
                read = timeout_at(silent_from + SILENT, stream.read(&mut bytes)) => read,
                () = is_strong(&mut mine), if !is_warned => {
                    is_warned = true;
                    if let Some(sound) = &self.warning {
                        tokio::spawn(warn(back.clone(), sound.clone()));
                    }
                    continue;
                }
            };
            let size = match read {
                Err(_) => break Err("nothing came for a minute".to_owned()),
                Ok(Err(_) | Ok(0)) => break Ok(()),
                Ok(Ok(size)) => size,
            };
            silent_from = Instant::now();
            let taken = frames.push(&bytes[..size]).map_err(|refusal| refusal.to_string());
            let Ok(taken) = taken else { break taken.map(|_| ()) };
            let mut over = None;
            for frame in taken {
                match self.frame(&mut mine, frame, &mut seconds) {
                    Ok(true) => {}
                    Ok(false) => over = Some(Ok(())),
                    Err(why) => over = Some(Err(why)),
                }
            }
            if let Some(over) = over {
                break over;
            }
            if seconds > began.elapsed().as_secs_f64() + AHEAD_S || seconds > LONGEST_CALL_S {
                break Err("sound comes faster than a call can, or longer".to_owned());
            }
        };
        if let Some(mine) = mine {
            self.leave(mine.id);
        }
        result
    }

    /// Takes a frame; whether the leg goes on.
    fn frame(&self, mine: &mut Option<Mine>, frame: Frame, seconds: &mut f64) -> Result<bool, String> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        match frame {
            Frame::Id(id) => {
                let new = || Pair { line: None, began: None, came: 0, left: 0, sign: watch::Sender::new(HeldLine::None) };
                let pair = open.entry(id).or_insert_with(new);
                if pair.came == 2 {
                    return Err("a third leg of one call".to_owned());
                }
                *mine = Some(Mine { id, leg: pair.came, sign: pair.sign.subscribe() });
                pair.came += 1;
                Ok(true)
            }
            Frame::End => Ok(false),
            Frame::Error(code) => Err(format!("the other side failed with code {code}")),
            Frame::Digit(symbol) => {
                let Some(Mine { id, leg, .. }) = *mine else { return Ok(true) };
                if let Some(pair) = open.get_mut(&id) {
                    if let Some((_, line)) = &mut pair.line {
                        let at = line.leg_seconds(leg).max(line.seconds() - 1.0);
                        line.keyed(leg, symbol, at);
                    }
                    self.tell(&id, pair);
                }
                Ok(true)
            }
            Frame::Sound { rate, samples } => {
                let Some(Mine { id, leg, .. }) = *mine else { return Ok(true) };
                *seconds += samples.len() as f64 / f64::from(rate);
                let Some(pair) = open.get_mut(&id) else { return Ok(true) };
                let options = Options { legs: 2, rate, direction: self.direction, near: None };
                let (held, line) = pair.line.get_or_insert_with(|| (rate, Line::new(self.plan.clone(), &options)));
                if *held != rate {
                    return Err(format!("sound of {rate} Hz in a call of {held} Hz"));
                }
                // A leg that joins late begins where the other stands, by the clock.
                let late = pair.began.get_or_insert_with(Instant::now).elapsed().as_secs_f64();
                if line.leg_seconds(leg) == 0.0 && late > 0.1 {
                    if late > LATEST_S {
                        return Err("a leg that joins its call ten minutes late".to_owned());
                    }
                    let tenth = vec![0.0; rate as usize / 10];
                    for _ in 0..(late * 10.0) as usize {
                        line.push(leg, &tenth);
                    }
                }
                let samples: Vec<f32> = samples.iter().map(|sample| f32::from(*sample) / 32768.0).collect();
                line.push(leg, &samples);
                drop(line.take_events());
                self.tell(&id, pair);
                Ok(true)
            }
        }
    }

    fn tell(&self, id: &[u8; 16], pair: &Pair) {
        if let Some((_, line)) = &pair.line
            && line.verdict().held_line > *pair.sign.borrow()
        {
            (self.told)(&written(id), line.verdict());
            pair.sign.send_replace(line.verdict().held_line);
        }
    }

    fn leave(&self, id: [u8; 16]) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(pair) = open.get_mut(&id) else { return };
        pair.left += 1;
        if pair.left == pair.came {
            if let Some((_, line)) = &mut pair.line {
                line.finish();
            }
            self.tell(&id, pair);
            open.remove(&id);
        }
    }
}

/// Waits until the call of a leg shows a strong sign; for ever where it never does.
async fn is_strong(mine: &mut Option<Mine>) {
    let shown = match mine {
        Some(mine) => mine.sign.wait_for(|sign| *sign == HeldLine::Strong).await.is_ok(),
        None => false,
    };
    if !shown {
        std::future::pending::<()>().await;
    }
}

/// Plays the warning into a leg, at the pace of the call. Who has gone is told nothing.
async fn warn(back: Arc<AsyncMutex<OwnedWriteHalf>>, sound: Arc<[i16]>) {
    let mut back = back.lock().await;
    let mut ticks = tokio::time::interval(PACE);
    for piece in sound.chunks(PIECE) {
        ticks.tick().await;
        if back.write_all(&sound_frame(piece)).await.is_err() {
            return;
        }
    }
}
