//! The outbox and a real broker.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use store::{Actor, Store, relay_to_nats};

use super::suite::{now, series_of};

/// A NATS server of the tests' own, gone at the end.
pub(crate) struct Broker {
    child: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Broker {
    pub(crate) fn start() -> Broker {
        let program =
            ["/usr/sbin/nats-server", "/usr/bin/nats-server"].into_iter().find(|path| std::path::Path::new(path).exists());
        let program = program.expect("nats-server is missing: run `cargo xtask test`, which installs it");
        let folder = tempfile::tempdir().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = Command::new(program)
            .args(["--jetstream", "--addr", "127.0.0.1", "--port", &port.to_string(), "--store_dir"])
            .arg(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let broker = Broker { child, port, _folder: folder };
        for _ in 0..200 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return broker;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("nats-server did not start");
    }

    pub(crate) fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// The ids of all messages that the stream holds, in order.
    pub(crate) async fn held(&self) -> Vec<String> {
        let jetstream = async_nats::jetstream::new(async_nats::connect(self.url()).await.unwrap());
        let mut stream = jetstream.get_stream("RINGFENCE").await.unwrap();
        let state = stream.info().await.unwrap().state.clone();
        let mut held = Vec::new();
        for sequence in state.first_sequence..=state.last_sequence {
            let message = stream.get_raw_message(sequence).await.unwrap();
            assert!(message.subject.starts_with("ringfence."), "{}", message.subject);
            held.push(message.headers.get("Nats-Msg-Id").unwrap().to_string());
        }
        assert_eq!(held.len() as u64, state.messages);
        held
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn what_waits_is_sent_once_and_a_broker_that_is_away_is_waited_for() {
    let broker = Broker::start();
    super::runtime().block_on(async {
        let store = Store::open("sqlite::memory:", super::keys()).await.unwrap();
        let series: Vec<_> = ["RF-A", "RF-B", "RF-C"].iter().map(|id| series_of(&[id])).collect();
        store.save_series(&series, None, &Actor::program(), now()).await.unwrap();
        let away = relay_to_nats(&store, "nats://127.0.0.1:1", now()).await.unwrap_err();
        assert!(away.to_string().starts_with("the broker failed"), "{away}");
        assert_eq!(store.outbox(10).await.unwrap().len(), 3, "what was not sent still waits");
        assert_eq!(relay_to_nats(&store, &broker.url(), now()).await.unwrap(), 3);
        assert_eq!(relay_to_nats(&store, &broker.url(), now()).await.unwrap(), 0);
        let held = broker.held().await;
        assert_eq!(held.len(), 3);
        // A message that was sent and not noted as sent is sent again, and kept once.
        let again = store.outbox(10).await.unwrap();
        assert!(again.is_empty());
        assert_eq!(held, ["ringfence-1", "ringfence-2", "ringfence-3"]);
    });
}
