//! An external recogniser: a process that is started for a call, fed and read by lines (`call::line::feed::recogniser`).

use std::process::Stdio;

use call::line::feed::recogniser::{LONGEST_LINE, Recogniser, Words, end_line, sound_line, words_of};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinHandle;

/// Lines that wait for a slow recogniser: ten seconds of sound of two legs. What is over is dropped.
const WAITING: usize = 1000;

/// A recogniser that is running.
pub struct Process {
    sound: Option<Sender<String>>,
    words: Receiver<Words>,
    reader: Option<JoinHandle<()>>,
    dropped: u64,
    // Killed when the call is let go.
    _child: Child,
}

impl Process {
    /// Starts a recogniser: a program and its arguments. It has to be inside a Tokio runtime.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub fn start(command: &[String]) -> std::io::Result<Process> {
        let (program, arguments) = command.split_first().ok_or_else(|| std::io::Error::other("no recogniser is named"))?;
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .spawn()?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(std::io::Error::other("the recogniser has no input or output"));
        };
        let (sound, lines) = channel(WAITING);
        let (found, words) = channel(WAITING);
        tokio::spawn(write(input, lines));
        let reader = tokio::spawn(read(output, found));
        Ok(Process { sound: Some(sound), words, reader: Some(reader), dropped: 0, _child: child })
    }

    /// Waits until the recogniser has said all.
    pub async fn ended(&mut self) {
        if let Some(reader) = self.reader.take() {
            let _ = reader.await;
        }
    }
}

impl Recogniser for Process {
    fn hear(&mut self, leg: usize, at_s: f64, rate: u32, samples: &[i16]) {
        let Some(sound) = &self.sound else { return };
        if sound.try_send(sound_line(leg, at_s, rate, samples)).is_err() {
            if self.dropped == 0 {
                tracing::warn!("the recogniser is too slow: sound is left out");
            }
            self.dropped += 1;
        }
    }

    fn words(&mut self) -> Vec<Words> {
        let mut found = Vec::new();
        while let Ok(words) = self.words.try_recv() {
            found.push(words);
        }
        found
    }

    fn end(&mut self) {
        if let Some(sound) = self.sound.take() {
            // Room or not: the input closes, which says the same.
            let _ = sound.try_send(end_line());
        }
    }
}

async fn write(mut input: ChildStdin, mut lines: Receiver<String>) {
    while let Some(mut line) = lines.recv().await {
        line.push('\n');
        if input.write_all(line.as_bytes()).await.is_err() {
            return;
        }
    }
    let _ = input.shutdown().await;
}

async fn read(output: ChildStdout, found: Sender<Words>) {
    let mut output = BufReader::new(output);
    let mut line = Vec::new();
    loop {
        line.clear();
        // One byte over the limit tells a line that is too long from one that is not.
        match (&mut output).take(LONGEST_LINE as u64 + 1).read_until(b'\n', &mut line).await {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        match words_of(&String::from_utf8_lossy(&line)) {
            Ok(None) => {}
            Ok(Some(words)) => {
                if found.send(words).await.is_err() {
                    return;
                }
            }
            Err(refusal) => {
                tracing::warn!(%refusal, "the recogniser is listened to no more");
                return;
            }
        }
    }
}
