//! Files by tus.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use sips_lapangan::api::endpoint::{self, TUS_VERSION};
use sips_lapangan::api::wire::Session;
use sips_lapangan::domain::digest::Digest;

use super::article::FILES;
use crate::client::{Answer, Asking};
use crate::world::World;
use crate::{Check, Fault, Outcome, hold};

const fn check(id: &'static str, holds: &'static str, mend: &'static str, run: fn(&World<'_>) -> Outcome) -> Check {
    Check { id, level: 2, article: FILES, holds, mend, thorough: false, run }
}

pub(super) const CHECKS: &[Check] = &[
    check(
        "files.offer",
        "OPTIONS tells version, extensions and the largest file, which discovery tells, too",
        "Answer OPTIONS /v1/files without a sign-in: Tus-Version 1.0.0, Tus-Extension creation,termination, Tus-Max-Size as limits.fileBytes.",
        offer,
    ),
    check("files.version", "a request without Tus-Resumable is refused with 412", "Look at Tus-Resumable before anything else.", version),
    check(
        "files.record_first",
        "bytes that no accepted command of the account names are not taken",
        "Answer POST with 403 until an act of this account names the digest.",
        record_first,
    ),
    check(
        "files.whole",
        "a file comes in parts, and is read as it was sent",
        "Keep each part where the one before ended; say the new Upload-Offset with 204; serve the bytes as an attachment with nosniff.",
        whole,
    ),
    check(
        "files.offset",
        "a part that begins elsewhere is refused with 409, and changes nothing",
        "Compare Upload-Offset with what is kept.",
        offset,
    ),
    check("files.beyond", "nothing goes beyond the length", "Refuse more bytes than Upload-Length with 413.", beyond),
    check(
        "files.digest",
        "bytes of another digest are never whole, and the file begins anew",
        "Compute SHA-256 over all bytes before saying that Upload-Offset equals Upload-Length; else 422, and nothing is kept.",
        digest,
    ),
    check(
        "files.evidence",
        "what is not whole can be taken back, evidence cannot",
        "Answer DELETE with 204 while the file is on its way, with 403 once it is whole.",
        evidence,
    ),
    check(
        "files.scope",
        "another office reads nothing, a colleague does",
        "Answer by the office of the act that names the file: 404 elsewhere.",
        scope,
    ),
    check("files.range", "a part can be read by Range", "Answer 206 with Content-Range, and 416 beyond the end (RFC 9110 §14).", range),
    check(
        "files.changes",
        "a file that became whole comes with the changes, behind its act",
        "Put its digest into `files` of a page that is not before that of the act.",
        changes,
    ),
];

/// A PDF that nobody has yet.
fn pdf() -> Result<Vec<u8>, Fault> {
    let mut random = [0; 32];
    if getrandom::fill(&mut random).is_err() {
        return Err(Fault::Skipped("this computer gives no random bytes".to_owned()));
    }
    Ok([&b"%PDF-1.7\n"[..], &random.repeat(40)].concat())
}

/// A petition that names these bytes as a file.
fn named(world: &World<'_>, session: &Session, bytes: &[u8]) -> Result<Value, Fault> {
    let mut command = world.petition(session)?;
    command["payload"]["answers"]["object_files"] = json!([{
        "id": "01980000-0000-7000-8000-0000000000f1",
        "fields": { "name": "uji.pdf", "size": bytes.len().to_string(), "sha256": Digest::of(bytes), "media": "application/pdf" },
    }]);
    Ok(command)
}

fn tus<'b>(world: &'b World<'_>, session: &Session, method: &'b str, path: &'b str) -> Asking<'b> {
    world.ask(session, method, path).header("tus-resumable", TUS_VERSION).bytes()
}

fn begin(world: &World<'_>, session: &Session, bytes: &[u8]) -> Result<Answer, Fault> {
    let metadata = format!("sha256 {}", BASE64_STANDARD.encode(Digest::of(bytes).to_string()));
    let request = tus(world, session, "POST", endpoint::FILES).header("upload-length", bytes.len().to_string());
    request.header("upload-metadata", metadata).send()
}

fn part(world: &World<'_>, session: &Session, of: &[u8], at: usize, bytes: &[u8]) -> Result<Answer, Fault> {
    let path = endpoint::file(&Digest::of(of));
    let request = tus(world, session, "PATCH", &path).header("upload-offset", at.to_string());
    request.body("application/offset+octet-stream", bytes).send()
}

fn stands(world: &World<'_>, session: &Session, of: &[u8]) -> Result<Answer, Fault> {
    tus(world, session, "HEAD", &endpoint::file(&Digest::of(of))).send()
}

/// A file that is begun, with the petition that names it.
fn begun(world: &World<'_>) -> Result<Vec<u8>, Fault> {
    let account = world.account()?;
    let bytes = pdf()?;
    world.apply(account, &named(world, account, &bytes)?)?;
    let answer = begin(world, account, &bytes)?;
    hold!(answer.status == 201, "{}; 201 was to be expected", answer.shown());
    hold!(answer.header("upload-offset") == "0", "a new file is at {}", answer.header("upload-offset"));
    let place = answer.header("location");
    hold!(place.ends_with(&endpoint::file(&Digest::of(&bytes))), "Location is `{place}`");
    Ok(bytes)
}

/// A file that is whole.
fn sent(world: &World<'_>) -> Result<Vec<u8>, Fault> {
    let account = world.account()?;
    let bytes = begun(world)?;
    let answer = part(world, account, &bytes, 0, &bytes)?;
    hold!(answer.status == 204, "the whole file: {}", answer.shown());
    Ok(bytes)
}

fn offer(world: &World<'_>) -> Outcome {
    let answer = world.client.ask("OPTIONS", endpoint::FILES).bytes().send()?;
    hold!((200..300).contains(&answer.status), "{}", answer.shown());
    hold!(answer.list("tus-version").iter().any(|version| version == TUS_VERSION), "Tus-Version is `{}`", answer.header("tus-version"));
    let extensions = answer.list("tus-extension");
    for extension in ["creation", "termination"] {
        hold!(extensions.iter().any(|offered| offered == extension), "{extension} is not in {extensions:?}");
    }
    let (told, stated) = (answer.header("tus-max-size"), world.discovery()?.limits.file_bytes);
    hold!(told == stated.to_string(), "Tus-Max-Size is `{told}`, limits.fileBytes {stated}");
    Ok(())
}

fn version(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    world.ask(account, "POST", endpoint::FILES).bytes().send()?.refused(412, None).map(|_| ())
}

fn record_first(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let bytes = pdf()?;
    begin(world, account, &bytes)?.refused(403, None)?;
    let there = stands(world, account, &bytes)?;
    hold!(there.status == 404, "bytes that no act names: {}", there.shown());
    Ok(())
}

fn whole(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let bytes = begun(world)?;
    let half = bytes.len() / 2;
    let first = part(world, account, &bytes, 0, &bytes[..half])?;
    hold!(
        first.status == 204 && first.header("upload-offset") == half.to_string(),
        "the first half: {} at {}",
        first.status,
        first.header("upload-offset")
    );
    let there = stands(world, account, &bytes)?;
    let (at, length) = (there.header("upload-offset"), there.header("upload-length"));
    hold!(at == half.to_string() && length == bytes.len().to_string(), "half of {} bytes came, it stands at {at} of {length}", bytes.len());
    let second = part(world, account, &bytes, half, &bytes[half..])?;
    hold!(second.status == 204 && second.header("upload-offset") == bytes.len().to_string(), "the second half: {}", second.shown());
    let again = begin(world, account, &bytes)?;
    hold!(again.status == 200, "a file that is there, begun again: {}; 200 was to be expected", again.shown());
    let read = world.ask(account, "GET", &endpoint::file(&Digest::of(&bytes))).bytes().send()?;
    hold!(read.status == 200 && read.body == bytes, "{} bytes were sent, {} are read with {}", bytes.len(), read.body.len(), read.status);
    let shown = read.header("content-disposition");
    hold!(shown.starts_with("attachment"), "Content-Disposition is `{shown}`: bytes of strangers must not open by themselves");
    hold!(read.header("x-content-type-options") == "nosniff", "a file is read without nosniff");
    Ok(())
}

fn offset(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let bytes = begun(world)?;
    part(world, account, &bytes, 0, &bytes[..10])?;
    for at in [0, 5, 11] {
        part(world, account, &bytes, at, &bytes[at..])?.refused(409, None)?;
    }
    let there = stands(world, account, &bytes)?;
    hold!(there.header("upload-offset") == "10", "after refused parts it stands at {}", there.header("upload-offset"));
    Ok(())
}

fn beyond(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let bytes = begun(world)?;
    part(world, account, &bytes, 0, &[&bytes[..], b"more"].concat())?.refused(413, None).map(|_| ())
}

fn digest(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let bytes = begun(world)?;
    let mut wrong = bytes.clone();
    if let Some(last) = wrong.last_mut() {
        *last ^= 1;
    }
    part(world, account, &bytes, 0, &wrong)?.refused(422, None)?;
    let there = stands(world, account, &bytes)?;
    let at = if there.status == 404 { "0" } else { there.header("upload-offset") };
    hold!(at == "0", "after wrong bytes it stands at {at}");
    let right = part(world, account, &bytes, 0, &bytes)?;
    hold!(right.status == 204 || right.status == 404, "the right bytes after them: {}", right.shown());
    Ok(())
}

fn evidence(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let bytes = begun(world)?;
    let path = endpoint::file(&Digest::of(&bytes));
    let gone = tus(world, account, "DELETE", &path).send()?;
    hold!(gone.status == 204, "a file on its way, taken back: {}", gone.shown());
    hold!(stands(world, account, &bytes)?.status == 404, "a file that was taken back is still there");
    let bytes = sent(world)?;
    let path = endpoint::file(&Digest::of(&bytes));
    tus(world, account, "DELETE", &path).send()?.refused(403, None)?;
    let read = world.ask(account, "GET", &path).bytes().send()?;
    hold!(read.status == 200 && read.body == bytes, "after DELETE: {}", read.shown());
    Ok(())
}

fn scope(world: &World<'_>) -> Outcome {
    let (colleague, other) = (world.colleague()?, world.other()?);
    let bytes = sent(world)?;
    let path = endpoint::file(&Digest::of(&bytes));
    let read = world.ask(colleague, "GET", &path).bytes().send()?;
    hold!(read.status == 200 && read.body == bytes, "a colleague reads {}", read.shown());
    world.ask(other, "GET", &path).bytes().send()?.refused(404, None)?;
    hold!(stands(world, other, &bytes)?.status == 404, "another office is told that the file is there");
    begin(world, other, &bytes)?.refused(403, None).map(|_| ())
}

fn range(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let bytes = sent(world)?;
    let path = endpoint::file(&Digest::of(&bytes));
    let read = world.ask(account, "GET", &path).header("range", "bytes=2-5").bytes().send()?;
    hold!(read.status == 206 && read.body == bytes[2..6], "bytes=2-5 is answered {}", read.shown());
    let told = read.header("content-range");
    hold!(told == format!("bytes 2-5/{}", bytes.len()), "Content-Range is `{told}`");
    world.ask(account, "GET", &path).header("range", "bytes=999999999-").bytes().send()?.refused(416, None).map(|_| ())
}

fn changes(world: &World<'_>) -> Outcome {
    let account = world.account()?;
    let bytes = pdf()?;
    let command = named(world, account, &bytes)?;
    let before = world.end()?;
    world.apply(account, &command)?;
    let walk = world.walk(account, Some(before))?;
    let digest = Digest::of(&bytes);
    let told = |pages: &[(sips_lapangan::api::wire::Changes, usize)]| pages.iter().any(|(page, _)| page.files.contains(&digest));
    hold!(!told(&walk.pages), "changes tell of a file of which no byte came");
    begin(world, account, &bytes)?;
    part(world, account, &bytes, 0, &bytes)?;
    let after = world.walk(account, Some(&walk.next))?;
    hold!(told(&after.pages), "changes do not tell of a file that became whole");
    Ok(())
}
