//! A PostgreSQL of the tests' own: in a temporary folder, on a free port, as a user without privileges, gone at the end.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

pub(crate) struct Server {
    folder: tempfile::TempDir,
    programs: PathBuf,
    port: u16,
}

impl Server {
    pub(crate) fn start() -> Server {
        let programs = programs();
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Server { folder, programs, port };
        if is_root() {
            // PostgreSQL refuses to run as root: its package's own user takes the folder.
            assert!(Command::new("chown").args(["-R", "postgres"]).arg(server.folder.path()).status().unwrap().success());
        }
        server.run("initdb", &["-A", "trust", "-U", "ringfence", "-E", "UTF8", "--no-sync"]);
        let options = format!("-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories= -c fsync=off");
        let log = server.folder.path().join("log").display().to_string();
        server.run("pg_ctl", &["-w", "-l", &log, "-o", &options, "start"]);
        server
    }

    /// A new database; gives its address.
    pub(crate) async fn database(&self, name: &str) -> String {
        let address = |name: &str| format!("postgres://ringfence@127.0.0.1:{}/{name}", self.port);
        let pool = sqlx::PgPool::connect(&address("postgres")).await.unwrap();
        sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&pool).await.unwrap();
        address(name)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(self.programs.join(program));
            command
        } else {
            Command::new(self.programs.join(program))
        };
        let output = command
            .arg("-D")
            .arg(self.data())
            .args(arguments)
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(output.success(), "{program} failed");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.run("pg_ctl", &["-w", "-m", "immediate", "stop"]);
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The newest installed version's programs.
fn programs() -> PathBuf {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|entries| {
            entries.flatten().map(|entry| entry.path().join("bin")).filter(|path| path.join("initdb").exists()).collect()
        })
        .unwrap_or_default();
    found.sort();
    found.pop().expect("PostgreSQL is missing: run `cargo xtask test`, which installs it")
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|meta| std::os::unix::fs::MetadataExt::uid(&meta) == 0)
        && Path::new("/usr/bin/setpriv").exists()
}
