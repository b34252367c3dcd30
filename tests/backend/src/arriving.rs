//! Files whose bytes are coming just now. A device whose line broke asks anew while what it sent before still lies in the server's
//! buffers: told too early, it would send those bytes a second time. So whoever asks waits as long as they keep coming.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sips_lapangan::domain::digest::Digest;
use tokio::sync::watch;

/// How long no byte may come until a line counts as dead: whoever asks is told what is there.
const STILL: Duration = Duration::from_secs(1);
/// How long anybody waits for a line that lives.
const LONGEST: Duration = Duration::from_secs(10);

/// The requests that bring bytes, by the file's digest.
#[derive(Default)]
pub struct Arriving(Mutex<HashMap<Digest, watch::Receiver<()>>>);

/// A request that brings bytes; it ends on drop.
pub struct Request(watch::Sender<()>);

impl Request {
    /// Bytes have come.
    pub fn came_on(&self) {
        self.0.send_replace(());
    }
}

impl Arriving {
    /// A request begins to bring bytes of a file.
    pub fn begin(&self, file: Digest) -> Request {
        let (request, seen) = watch::channel(());
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that have ended are of no use to anybody.
        all.retain(|_, request| request.has_changed().is_ok());
        all.insert(file, seen);
        Request(request)
    }

    /// Waits until the bytes that are on their way to a file are here.
    pub async fn settled(&self, file: &Digest) {
        let request = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(file).cloned();
        let Some(mut request) = request else { return };
        let quiet = async { while matches!(tokio::time::timeout(STILL, request.changed()).await, Ok(Ok(()))) {} };
        let _ = tokio::time::timeout(LONGEST, quiet).await;
    }
}
