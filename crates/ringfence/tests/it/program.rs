//! The program in a folder of its own.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A folder to run in.
pub(crate) struct Program {
    folder: tempfile::TempDir,
}

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
    /// Most memory it held, in MiB. Looked at every few milliseconds.
    pub(crate) peak: u64,
}

impl Program {
    pub(crate) fn new() -> Program {
        Program { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ringfence"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("RINGFENCE_")) {
            command.env_remove(name);
        }
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    /// Runs it to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        end(&mut self.command(arguments))
    }

    /// The same, where it must end well.
    pub(crate) fn good(&self, arguments: &[&str]) -> Ran {
        let ran = self.run(arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {ran:?}");
        ran
    }

    /// The same, where it must be refused with exit 2 and one line that holds `what`.
    pub(crate) fn refused(&self, arguments: &[&str], what: &str) -> Ran {
        let ran = self.run(arguments);
        assert_eq!((ran.code, ran.err.lines().count()), (2, 1), "{arguments:?}: {ran:?}");
        assert!(ran.err.starts_with("ringfence: ") && ran.err.contains(what), "{arguments:?} should say '{what}': {}", ran.err);
        ran
    }
}

/// Runs a command to its end, with an eye on its memory.
pub(crate) fn end(command: &mut Command) -> Ran {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // What it writes is read by threads of their own, so that neither pipe fills up.
    let reading = [reader(child.stdout.take().unwrap()), reader(child.stderr.take().unwrap())];
    let mut peak = 0;
    let status = loop {
        peak = peak.max(memory(&child));
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(3)),
        }
    };
    let [out, err] = reading.map(|one| one.join().unwrap());
    Ran { code: status.code().unwrap_or(-1), out, err, peak }
}

fn reader(mut pipe: impl std::io::Read + Send + 'static) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// The most memory a process has held so far, in MiB; nothing where the system does not tell.
fn memory(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0");
    line.trim().split(' ').next().and_then(|number| number.parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// The lines of an output as JSON.
pub(crate) fn json(out: &str) -> Vec<serde_json::Value> {
    out.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}
