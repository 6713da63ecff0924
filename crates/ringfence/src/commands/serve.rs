//! `ringfence serve`

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use store::{JobHandler, relay_to_nats, run_worker};

use crate::Outcome;
use crate::config::{Flags, load};
use crate::context::{self, Context};

/// What a process does.
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Both.
    All,
    /// The sites and the API.
    Web,
    /// Jobs and the outbox.
    Worker,
}

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// What this process does.
    #[arg(long, value_enum, default_value = "all")]
    role: Part,
    /// Address and port to listen on.
    #[arg(long)]
    listen: Option<String>,
    /// Address and port to listen on for AudioSocket (Asterisk): keep it where only the switchboard can reach.
    #[arg(long)]
    audiosocket: Option<String>,
    /// Broker: `nats://HOST:PORT`.
    #[arg(long)]
    broker: Option<String>,
}

pub(crate) async fn run(arguments: Arguments, flags: &Flags) -> anyhow::Result<Outcome> {
    let mut settings = load(flags)?;
    settings.listen = arguments.listen.unwrap_or(settings.listen);
    settings.broker = arguments.broker.or(settings.broker);
    settings.audiosocket = arguments.audiosocket.or(settings.audiosocket);
    let context = context::open(settings).await?;
    serve(context, arguments.role, Arc::new(context::now)).await?;
    Ok(Outcome::Done)
}

/// Serves until the process is told to stop; running work is finished first.
pub(crate) async fn serve(context: Context, part: Part, clock: web::Clock) -> anyhow::Result<()> {
    let worker = if part == Part::Web { None } else { Some(start_worker(&context)?) };
    if worker.is_some() {
        context.store.ask_for_detector().await?;
    }
    let relay = match (&context.settings.broker, part) {
        (Some(broker), Part::All | Part::Worker) => Some(tokio::spawn(relay(context.clone(), broker.clone()))),
        _ => None,
    };
    if part == Part::Worker {
        stopped().await;
    } else {
        let address: SocketAddr = context
            .settings
            .listen
            .parse()
            .with_context(|| format!("listen: '{}' is not ADDRESS:PORT", context.settings.listen))?;
        let listener = tokio::net::TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
        eprintln!("serving on http://{}/ and http://{}/desk", listener.local_addr()?, listener.local_addr()?);
        if let Some(address) = &context.settings.audiosocket {
            let listener = tokio::net::TcpListener::bind(address)
                .await
                .with_context(|| format!("audiosocket: cannot listen on {address}"))?;
            eprintln!("listening for AudioSocket on {}", listener.local_addr()?);
            // The digits in a reason are a number that was dialled, or masked.
            let told = |call: &str, verdict: &call::line::Verdict| {
                tracing::warn!(call, held_line = ?verdict.held_line, why = %verdict.why, "a sign of a held line");
            };
            let warning = context.settings.audiosocket_warning.as_deref().map(warning).transpose()?;
            tokio::spawn(web::feed::audiosocket::listen(listener, call::line::Direction::Inbound, Arc::new(told), warning));
        }
        let router = web::router(context::app(&context, clock));
        let router = router.into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, router).with_graceful_shutdown(stopped()).await?;
    }
    if let Some(relay) = relay {
        relay.abort();
    }
    if let Some(worker) = worker {
        worker.stop().await?;
    }
    Ok(())
}

/// The recording that is played at a strong sign: a WAV file of one channel at 8 kHz, half a minute at most.
fn warning(path: &str) -> anyhow::Result<Arc<[i16]>> {
    const LONGEST: usize = 30 * 8000;
    let bytes = std::fs::read(path).with_context(|| format!("audiosocket_warning: {path}"))?;
    let mut reader = call::line::recording::Reader::wav();
    let mut samples = Vec::new();
    let mut other = false;
    reader
        .push(&bytes, &mut |format, channels| {
            other |= format.rate != 8000 || channels.len() != 1;
            samples.extend(channels[0].iter().map(|x| (x * 32767.0) as i16));
        })
        .with_context(|| format!("audiosocket_warning: {path}"))?;
    anyhow::ensure!(
        !other && !samples.is_empty() && samples.len() <= LONGEST,
        "audiosocket_warning: {path}: one channel at 8 kHz, half a minute at most"
    );
    Ok(samples.into())
}

fn start_worker(context: &Context) -> anyhow::Result<store::JobRunner> {
    let shared = context.clone();
    let watch = Arc::new(crate::detect::Watch::default());
    let handler: JobHandler = Arc::new(move |_| {
        let (context, watch) = (shared.clone(), watch.clone());
        Box::pin(async move { watch.run(&context, &|_| {}).await.map(|_| ()).map_err(|error| error.to_string()) })
    });
    Ok(run_worker(&context.store, handler)?)
}

/// Sends the outbox on, every two seconds; a broker that is away is asked again.
async fn relay(context: Context, broker: String) {
    loop {
        if let Err(error) = relay_to_nats(&context.store, &broker, context::now()).await {
            tracing::warn!(%error, "the outbox waits for the broker");
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

async fn stopped() {
    let interrupt = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    {
        let terminate = async {
            match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
                Ok(mut signal) => {
                    signal.recv().await;
                }
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! { () = interrupt => {}, () = terminate => {} }
    }
    #[cfg(not(unix))]
    interrupt.await;
}
