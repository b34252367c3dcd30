//! Faults on demand, for tests: the server is restarted, or finds itself restored from a copy, while whoever drives the test watches the
//! device. Never there unless it was asked for, and on this computer alone. Whatever goes wrong on the way between the two (delay, a lost
//! or garbled answer, another page in its place) belongs to what stands between them, not to the server.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use tokio::net::TcpListener;
use tokio::sync::Mutex;

use crate::server::{self, Running, StartError};
use crate::settings::{Database, Settings};
use crate::store::{self, FILE};

/// The copy that is put back.
const COPY: &str = "faults.copy";

/// A server that can be restarted and restored from outside.
pub struct Faulty {
    folder: PathBuf,
    settings: Settings,
    running: Mutex<Option<Running>>,
}

/// Starts a server and the switch beside it, and gives both addresses. It stops with [`Faulty::stop`].
///
/// # Errors
/// See [`StartError`].
pub async fn start(settings: Settings, port: u16) -> Result<(Arc<Faulty>, SocketAddr, SocketAddr), StartError> {
    let Database::Folder(folder) = settings.database.clone() else {
        return Err(StartError::Ended);
    };
    let address: SocketAddr = (Ipv4Addr::LOCALHOST, port).into();
    let refuse = |error| StartError::Listen { address, error };
    let listener = TcpListener::bind(address).await.map_err(refuse)?;
    let switch = listener.local_addr().map_err(refuse)?;
    let running = server::start(settings.clone()).await?;
    let listen = running.address();
    // Whenever it starts again: at the same address, with the data that is there.
    let settings = Settings { listen, fresh: false, ..settings };
    let faulty = Arc::new(Faulty { folder, settings, running: Mutex::new(Some(running)) });
    let routes = Router::new()
        .route("/restart", post(restart))
        .route("/backup", post(backup))
        .route("/restore", post(restore))
        .with_state(Arc::clone(&faulty));
    // It ends with the program.
    tokio::spawn(async move { axum::serve(listener, routes).await });
    Ok((faulty, listen, switch))
}

impl Faulty {
    /// Stops the server.
    ///
    /// # Errors
    /// The listener failed.
    pub async fn stop(&self) -> std::io::Result<()> {
        match self.running.lock().await.take() {
            Some(running) => running.stop().await,
            None => Ok(()),
        }
    }

    /// Stops the server, does something with its files, and starts it again in any case.
    async fn around(&self, work: impl FnOnce(&Path) -> Result<(), store::StoreError>) -> Result<(), String> {
        let mut running = self.running.lock().await;
        if let Some(running) = running.take() {
            running.stop().await.map_err(|error| error.to_string())?;
        }
        let done = work(&self.folder).map_err(|error| error.to_string());
        *running = Some(server::start(self.settings.clone()).await.map_err(|error| error.to_string())?);
        done
    }
}

type Done = Result<StatusCode, (StatusCode, String)>;

fn told(done: Result<(), String>) -> Done {
    done.map(|()| StatusCode::NO_CONTENT).map_err(|why| (StatusCode::CONFLICT, why))
}

/// The server stops and starts again.
async fn restart(State(faulty): State<Arc<Faulty>>) -> Done {
    told(faulty.around(|_| Ok(())).await)
}

/// A copy is taken while it serves, in place of the one before.
async fn backup(State(faulty): State<Arc<Faulty>>) -> Done {
    let copy = faulty.folder.join(COPY);
    let taken = remove(&copy).map_err(Into::into).and_then(|()| store::backup(&faulty.folder, &copy));
    told(taken.map_err(|error| error.to_string()))
}

/// The copy takes the place of everything since.
async fn restore(State(faulty): State<Arc<Faulty>>) -> Done {
    let restored = faulty.around(|folder| {
        let copy = folder.join(COPY);
        std::fs::metadata(&copy)?;
        for ending in ["", "-wal", "-shm"] {
            remove(&folder.join(format!("{FILE}{ending}")))?;
        }
        store::restore(&copy, folder)
    });
    told(restored.await)
}

fn remove(file: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
