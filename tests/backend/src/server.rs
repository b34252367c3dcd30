//! Starting and stopping: the store, its accounts, the listener. In a test it runs within the test's own process.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::accounts;
use crate::http::{self, State};
use crate::seed::{self, SeedError};
use crate::settings::Settings;
use crate::store::StoreError;

/// How long requests may go on after the server was told to stop.
const FAREWELL: Duration = Duration::from_secs(5);

/// Why the server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Its database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The cases that it was to be filled with.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// Its address.
    #[error("cannot listen on {address}: {error}")]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// Why not.
        error: std::io::Error,
    },
    /// Setting up ended by itself.
    #[error("the start ended by itself")]
    Ended,
}

/// A server that listens. It goes on when this value is dropped.
pub struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<std::io::Result<()>>,
}

/// Opens the store, adds the seeded accounts and the cases that were asked for, and listens.
///
/// # Errors
/// See [`StartError`].
pub async fn start(settings: Settings) -> Result<Running, StartError> {
    let opening = settings.clone();
    let store = tokio::task::spawn_blocking(move || {
        let store = opening.database.open(opening.fresh)?;
        accounts::plant(&store)?;
        if let Some(cases) = opening.seed_cases {
            seed::plant(&store, cases, opening.clock.now(), &opening.log)?;
        }
        Ok::<_, StartError>(store)
    });
    let store = store.await.map_err(|_| StartError::Ended)??;
    let refuse = |error| StartError::Listen { address: settings.listen, error };
    let listener = TcpListener::bind(settings.listen).await.map_err(refuse)?;
    let address = listener.local_addr().map_err(refuse)?;
    let state = Arc::new(State::new(store, settings));
    let app = http::router(Arc::clone(&state));
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(async move {
        let (drain, drained) = oneshot::channel::<()>();
        let serve = axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).with_graceful_shutdown(async move {
            // A dropped handle means that nobody will ever ask it to stop.
            if stopped.await.is_err() {
                std::future::pending::<()>().await;
            }
            state.stop_hints();
            // Nobody listens any more if the server has ended by itself.
            let _ = drain.send(());
        });
        tokio::select! {
            ended = serve.into_future() => ended,
            () = async { let _ = drained.await; tokio::time::sleep(FAREWELL).await } => Ok(()),
        }
    });
    Ok(Running { address, stop, task })
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops taking connections, lets running requests end, and gives the port back.
    ///
    /// # Errors
    /// The listener failed.
    pub async fn stop(self) -> std::io::Result<()> {
        // It may have ended by itself.
        let _ = self.stop.send(());
        self.task.await.unwrap_or_else(|error| Err(std::io::Error::other(error)))
    }
}
