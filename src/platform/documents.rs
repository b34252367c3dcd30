//! The page's side of the document worker (`public/document-worker.js`): one worker for each file, so that its memory goes
//! with it. Kept out: what a paper says.

use futures_util::future::{Either, select};
use futures_util::pin_mut;
use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageEvent, Worker};

use super::event::{Listener, Listeners};
use super::file::{ObjectUrl, picture_of};
use super::js;
use super::timer::sleep;

const SCRIPT: &str = "/document-worker.js";
/// How long a file may take, in milliseconds: the largest bundles need seconds, also on old phones.
const FILE_MS: i32 = 90_000;
/// How long one page of somebody else's file may take to be drawn.
const PAGE_MS: i32 = 30_000;

/// Why there is no file, or no picture of one. Papers and files are safe: this only made something of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// The worker's files are not on this device and cannot be fetched now.
    #[error("the document worker is not on this device")]
    NotHere,
    /// It took too long.
    #[error("the document worker did not answer in time")]
    TooSlow,
    /// The file asks for a password.
    #[error("the file asks for a password")]
    Locked,
    /// The worker could not make the file, or not read it.
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

impl Running {
    fn start() -> Result<Self, DocumentError> {
        Worker::new(SCRIPT).map(Self).map_err(|_| DocumentError::NotHere)
    }

    /// Asks one thing and waits for its answer.
    async fn ask(&self, message: &JsValue, moved: &Array, limit_ms: i32) -> Result<JsValue, DocumentError> {
        let mut heard = None;
        let answer = Promise::new(&mut |resolve, _| {
            let failed = resolve.clone();
            heard = Some(Listeners::new([
                Listener::new(&self.0, "message", move |event| {
                    let _ = resolve.call1(&JsValue::UNDEFINED, &event.unchecked_ref::<MessageEvent>().data());
                }),
                // Its script did not arrive, or an error left it.
                Listener::new(&self.0, "error", move |_| drop(failed.call1(&JsValue::UNDEFINED, &"missing".into()))),
            ]));
        });
        // Texts, numbers and bytes can always be sent; they wait until the worker listens.
        let _ = self.0.post_message_with_transfer(message, moved);
        let answer = JsFuture::from(answer);
        let too_late = sleep(limit_ms);
        pin_mut!(too_late);
        let answer = match select(answer, too_late).await {
            Either::Left((answer, _)) => answer.map_err(|_| DocumentError::Failed)?,
            Either::Right(_) => return Err(DocumentError::TooSlow),
        };
        drop(heard);
        if answer.as_string().as_deref() == Some("missing") {
            return Err(DocumentError::NotHere);
        }
        match js::get(&answer, "problem").and_then(|text| text.as_string()) {
            None => Ok(answer),
            Some(problem) if problem.contains("password") => Err(DocumentError::Locked),
            Some(problem) => {
                log::error!("no file: {problem}");
                Err(DocumentError::Failed)
            }
        }
    }
}

/// The PDF of a paper, given as JSON.
///
/// # Errors
/// See [`DocumentError`].
pub async fn pdf(document: &str) -> Result<Vec<u8>, DocumentError> {
    let answer = Running::start()?.ask(&document.into(), &Array::new(), FILE_MS).await?;
    answer.dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec()).map_err(|_| DocumentError::Failed)
}

/// A PDF that is looked at; its worker ends with it.
pub struct Viewed {
    worker: Running,
    /// The number of its pages.
    pub pages: usize,
    /// It has scripts.
    pub scripts: bool,
    /// It would start programs or send something.
    pub launches: bool,
    /// It has other files in it.
    pub files: bool,
}

/// Opens a PDF, given in parts, to look at its pages. Nothing in it is run or followed.
///
/// # Errors
/// See [`DocumentError`].
pub async fn view(parts: &[Vec<u8>]) -> Result<Viewed, DocumentError> {
    let worker = Running::start()?;
    let length: usize = parts.iter().map(Vec::len).sum();
    let file = Uint8Array::new_with_length(u32::try_from(length).map_err(|_| DocumentError::Failed)?);
    let mut at = 0;
    for part in parts {
        file.set(&Uint8Array::from(part.as_slice()), at);
        at += u32::try_from(part.len()).unwrap_or_default();
    }
    let moved = Array::of1(&file.buffer());
    let answer = worker.ask(&js::object(&[("file", file.into())]), &moved, PAGE_MS).await?;
    let pages = js::get(&answer, "pages").and_then(|pages| pages.as_f64()).ok_or(DocumentError::Failed)? as usize;
    let carries = js::get(&answer, "carries").and_then(|text| text.as_string()).unwrap_or_default();
    let has = |name: &str| carries.split(' ').any(|known| known == name);
    Ok(Viewed { pages, scripts: has("scripts"), launches: has("launches"), files: has("files"), worker })
}

impl Viewed {
    /// The address of a picture of a page, from 0, of about this width.
    ///
    /// # Errors
    /// See [`DocumentError`]; after one that took too long or failed another file has to be opened.
    pub async fn picture(&self, page: usize, width: u32) -> Result<ObjectUrl, DocumentError> {
        let asked = js::object(&[("page", (page as f64).into()), ("width", width.into())]);
        let answer = self.worker.ask(&asked, &Array::new(), PAGE_MS).await?;
        let part = |name: &str| js::get(&answer, name).ok_or(DocumentError::Failed);
        picture_of(&part("width")?, &part("height")?, &part("pixels")?).await.ok_or(DocumentError::Failed)
    }
}
