//! The page's side of the document worker (`public/document-worker.js`): one worker for each file, so that its memory goes
//! with it. Kept out: what a paper says.

use futures_util::future::{Either, select};
use futures_util::pin_mut;
use js_sys::{Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageEvent, Worker};

use super::event::{Listener, Listeners};
use super::js;
use super::timer::sleep;

const SCRIPT: &str = "/document-worker.js";
/// How long a file may take, in milliseconds: the largest bundles need seconds, also on old phones.
const FILE_MS: i32 = 90_000;

/// Why there is no file. The paper itself is safe: it is made anew from the case each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// The worker's files are not on this device and cannot be fetched now.
    #[error("the document worker is not on this device")]
    NotHere,
    /// It took too long.
    #[error("the document worker did not answer in time")]
    TooSlow,
    /// The worker could not make the file.
    #[error("the document worker failed")]
    Failed,
}

/// Ends the worker when it is dropped, also in the middle of its work.
struct Running(Worker);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.terminate();
    }
}

/// The PDF of a paper, given as JSON.
///
/// # Errors
/// See [`DocumentError`].
pub async fn pdf(document: &str) -> Result<Vec<u8>, DocumentError> {
    let worker = Running(Worker::new(SCRIPT).map_err(|_| DocumentError::NotHere)?);
    let mut heard = None;
    let answer = Promise::new(&mut |resolve, _| {
        let failed = resolve.clone();
        heard = Some(Listeners::new([
            Listener::new(&worker.0, "message", move |event| {
                let _ = resolve.call1(&JsValue::UNDEFINED, &event.unchecked_ref::<MessageEvent>().data());
            }),
            // Its script did not arrive, or an error left it.
            Listener::new(&worker.0, "error", move |_| drop(failed.call1(&JsValue::UNDEFINED, &"missing".into()))),
        ]));
    });
    // A message of plain text can always be cloned; it waits until the worker listens.
    let _ = worker.0.post_message(&document.into());
    let answer = JsFuture::from(answer);
    let too_late = sleep(FILE_MS);
    pin_mut!(too_late);
    let answer = match select(answer, too_late).await {
        Either::Left((answer, _)) => answer.map_err(|_| DocumentError::Failed)?,
        Either::Right(_) => return Err(DocumentError::TooSlow),
    };
    drop(heard);
    match answer.dyn_into::<Uint8Array>() {
        Ok(bytes) => Ok(bytes.to_vec()),
        Err(word) if word.as_string().as_deref() == Some("missing") => Err(DocumentError::NotHere),
        Err(problem) => {
            log::error!("no file: {}", js::get(&problem, "problem").and_then(|text| text.as_string()).unwrap_or_default());
            Err(DocumentError::Failed)
        }
    }
}
