//! Files: sent by tus after their record, kept through every interruption, checked before they are called whole, read by whoever sees
//! the case.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Method, Request, StatusCode, header};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use sips_lapangan::api::endpoint;
use sips_lapangan::api::wire::{Changes, Discovery, Problem, Retry, Session};
use sips_lapangan::domain::digest::Digest;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::{Answer, Backend, petition};

const DAY_MS: i64 = 24 * 60 * 60_000;

/// A PDF of some length whose bytes are all different from place to place.
fn pdf(length: usize) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.extend((bytes.len()..length).map(|at| (at % 251) as u8));
    bytes
}

/// A petition that names these bytes as the file of its object.
pub fn petition_with(session: &Session, bytes: &[u8]) -> Value {
    named(session, bytes.len() as u64, Digest::of(bytes))
}

fn named(session: &Session, size: u64, sha256: Digest) -> Value {
    let mut command = petition(session);
    command["payload"]["answers"]["object_files"] = json!([{
        "id": "01980000-0000-7000-8000-0000000000f1",
        "fields": { "name": "SK 123 – \"daftar\".pdf", "size": size.to_string(), "sha256": sha256, "media": "application/pdf" },
    }]);
    command
}

pub fn tus(method: Method, path: &str, session: &Session) -> axum::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header("tus-resumable", "1.0.0")
        .header(header::AUTHORIZATION, format!("Bearer {}", session.access_token))
}

pub async fn create(backend: &Backend, session: &Session, sha256: &Digest, length: u64) -> Answer {
    let metadata = format!("name c2s=, sha256 {}", BASE64_STANDARD.encode(sha256.to_string()));
    let request = tus(Method::POST, endpoint::FILES, session).header("upload-length", length).header("upload-metadata", metadata);
    backend.send(request.body(Body::empty()).expect("a request")).await
}

async fn head(backend: &Backend, session: &Session, sha256: &Digest) -> Answer {
    backend.send(tus(Method::HEAD, &endpoint::file(sha256), session).body(Body::empty()).expect("a request")).await
}

pub async fn patch(backend: &Backend, session: &Session, sha256: &Digest, at: u64, body: impl Into<Body>) -> Answer {
    let request = tus(Method::PATCH, &endpoint::file(sha256), session)
        .header("upload-offset", at)
        .header(header::CONTENT_TYPE, "application/offset+octet-stream");
    backend.send(request.body(body.into()).expect("a request")).await
}

async fn terminate(backend: &Backend, session: &Session, sha256: &Digest) -> Answer {
    backend.send(tus(Method::DELETE, &endpoint::file(sha256), session).body(Body::empty()).expect("a request")).await
}

async fn read(backend: &Backend, session: &Session, sha256: &Digest) -> Answer {
    backend.get(&endpoint::file(sha256), Some(&session.access_token)).await
}

async fn pulled(backend: &Backend, session: &Session, cursor: Option<&str>) -> Changes {
    backend.get(&endpoint::changes(cursor), Some(&session.access_token)).await.json()
}

/// A body that ends in the middle, as over a connection that is cut.
fn cut(bytes: &[u8]) -> Body {
    let parts: Vec<Result<Bytes, std::io::Error>> = bytes
        .chunks(10_000)
        .map(|part| Ok(Bytes::copy_from_slice(part)))
        .chain([Err(std::io::ErrorKind::ConnectionReset.into())])
        .collect();
    Body::from_stream(stream::iter(parts))
}

#[tokio::test]
async fn a_file_follows_its_record_and_is_whole_once_its_digest_is_right() {
    let backend = Backend::new();
    let (rina, yusuf) = (backend.sign_in("rina").await, backend.sign_in("yusuf").await);
    let bytes = pdf(200_000);
    let digest = Digest::of(&bytes);

    let early = create(&backend, &rina, &digest, 200_000).await;
    assert_eq!((early.status, early.problem().kind.as_str()), (StatusCode::FORBIDDEN, "/problems/record-first"));
    backend.push_one(&rina, &petition_with(&rina, &bytes)).await;
    let before = pulled(&backend, &yusuf, None).await;
    assert_eq!((before.acts.len(), before.files.len(), before.more), (1, 0, false));

    let created = create(&backend, &rina, &digest, 200_000).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text());
    assert_eq!(created.header("location"), endpoint::file(&digest));
    assert_eq!((created.header("upload-offset"), created.header("tus-resumable")), ("0", "1.0.0"));
    assert_eq!(created.header("connection"), "close", "no browser sends a part again by itself");
    let first = patch(&backend, &rina, &digest, 0, bytes[..150_000].to_vec()).await;
    assert_eq!((first.status, first.header("upload-offset")), (StatusCode::NO_CONTENT, "150000"));
    assert_eq!(read(&backend, &rina, &digest).await.status, StatusCode::NOT_FOUND, "half a file is read by nobody");
    let last = patch(&backend, &rina, &digest, 150_000, bytes[150_000..].to_vec()).await;
    assert_eq!((last.status, last.header("upload-offset")), (StatusCode::NO_CONTENT, "200000"));
    let whole = head(&backend, &rina, &digest).await;
    assert_eq!((whole.status, whole.header("upload-offset"), whole.header("upload-length")), (StatusCode::OK, "200000", "200000"));
    assert_eq!(whole.header("cache-control"), "no-store");

    let after = pulled(&backend, &yusuf, Some(&before.next)).await;
    assert_eq!((after.acts.len(), after.files.as_slice(), after.more), (0, [digest].as_slice(), false));
    let quiet = pulled(&backend, &yusuf, Some(&after.next)).await;
    assert_eq!((quiet.files.len(), &quiet.next), (0, &after.next));
    assert_eq!(pulled(&backend, &yusuf, None).await.files, [digest], "a fresh snapshot tells of it, too");

    let again = create(&backend, &rina, &digest, 200_000).await;
    assert_eq!((again.status, again.header("upload-offset")), (StatusCode::OK, "200000"), "it says that it is whole already");
    let more = patch(&backend, &rina, &digest, 200_000, b"x".to_vec()).await;
    assert_eq!((more.status, more.problem().kind.as_str()), (StatusCode::CONFLICT, "/problems/offset"));
}

#[tokio::test]
async fn the_bytes_of_an_interrupted_request_are_kept_also_over_a_restart() {
    let mut backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let bytes = pdf(500_000);
    let digest = Digest::of(&bytes);
    backend.push_one(&rina, &petition_with(&rina, &bytes)).await;
    create(&backend, &rina, &digest, 500_000).await;

    let torn = patch(&backend, &rina, &digest, 0, cut(&bytes[..123_456])).await;
    assert!(torn.status.is_client_error());
    assert_eq!(head(&backend, &rina, &digest).await.header("upload-offset"), "123456");
    let again = create(&backend, &rina, &digest, 500_000).await;
    assert_eq!((again.status, again.header("upload-offset")), (StatusCode::OK, "123456"));

    for wrong in [0, 123_455, 123_457, 500_000] {
        let refused = patch(&backend, &rina, &digest, wrong, b"abc".to_vec()).await;
        let problem: Problem = refused.problem();
        assert_eq!((refused.status, problem.kind.as_str(), problem.retry), (StatusCode::CONFLICT, "/problems/offset", Some(Retry::Later)));
    }
    backend.restart();
    patch(&backend, &rina, &digest, 123_456, cut(&bytes[123_456..400_000])).await;
    backend.restart();
    let done = patch(&backend, &rina, &digest, 400_000, bytes[400_000..].to_vec()).await;
    assert_eq!((done.status, done.header("upload-offset")), (StatusCode::NO_CONTENT, "500000"));
    assert_eq!(read(&backend, &rina, &digest).await.body, bytes);
}

#[tokio::test]
async fn a_connection_that_breaks_leaves_every_byte_that_came() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let bytes = pdf(300_000);
    let digest = Digest::of(&bytes);
    backend.push_one(&rina, &petition_with(&rina, &bytes)).await;
    create(&backend, &rina, &digest, 300_000).await;
    let address = backend.listen().await;
    for (at, end) in [(0, 110_001), (110_001, 110_002), (110_002, 290_000)] {
        let mut connection = TcpStream::connect(address).await.expect("a connection");
        let head = format!(
            "PATCH {} HTTP/1.1\r\nHost: sips\r\nAuthorization: Bearer {}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: {at}\r\n\
             Content-Type: application/offset+octet-stream\r\nContent-Length: {}\r\n\r\n",
            endpoint::file(&digest),
            rina.access_token,
            300_000 - at
        );
        connection.write_all(head.as_bytes()).await.expect("the head");
        connection.write_all(&bytes[at..end]).await.expect("some bytes");
        connection.shutdown().await.expect("the end");
        drop(connection);
        // The server hears of the end when it hears of it.
        let expected = end.to_string();
        let heard = async {
            while head_offset(&backend, &rina, &digest).await != expected {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), heard).await.expect("the bytes are there");
    }
    let rest = patch(&backend, &rina, &digest, 290_000, bytes[290_000..].to_vec()).await;
    assert_eq!(rest.header("upload-offset"), "300000");
    assert_eq!(read(&backend, &rina, &digest).await.body, bytes);
}

#[tokio::test]
async fn whoever_asks_hears_of_bytes_that_are_still_coming() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let bytes = pdf(300_000);
    let digest = Digest::of(&bytes);
    backend.push_one(&rina, &petition_with(&rina, &bytes)).await;
    create(&backend, &rina, &digest, 300_000).await;
    // The line broke: the device has gone away and asks anew, before the server has read what came over the old one.
    let parts: Vec<Bytes> = bytes[..250_000].chunks(10_000).map(Bytes::copy_from_slice).collect();
    let (begun, begins) = tokio::sync::oneshot::channel();
    let slow = stream::unfold((parts.into_iter(), Some(begun)), |(mut parts, mut begun)| async move {
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        begun.take().map(|begun| begun.send(()));
        let part = parts.next().ok_or(std::io::Error::from(std::io::ErrorKind::ConnectionReset));
        Some((part, (parts, begun)))
    });
    let asking = async {
        begins.await.expect("it has begun");
        head_offset(&backend, &rina, &digest).await
    };
    let (torn, told) = tokio::join!(patch(&backend, &rina, &digest, 0, Body::from_stream(slow)), asking);
    assert!(torn.status.is_client_error());
    assert_eq!(told, "250000");
    // A line that stands still holds nobody up for long.
    let dead =
        Body::from_stream(stream::iter([Ok::<_, Infallible>(Bytes::copy_from_slice(&bytes[250_000..260_000]))]).chain(stream::pending()));
    let waiting = async { tokio::time::timeout(Duration::from_secs(30), head(&backend, &rina, &digest)).await.expect("it is answered") };
    let told = tokio::select! {
        _ = patch(&backend, &rina, &digest, 250_000, dead) => None,
        told = waiting => Some(told.status),
    };
    assert_eq!(told, Some(StatusCode::OK));
}

async fn head_offset(backend: &Backend, session: &Session, sha256: &Digest) -> String {
    head(backend, session, sha256).await.header("upload-offset").to_owned()
}

#[tokio::test]
async fn wrong_bytes_are_never_whole_and_the_file_begins_anew() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let bytes = pdf(100_000);
    let digest = Digest::of(&bytes);
    backend.push_one(&rina, &petition_with(&rina, &bytes)).await;
    create(&backend, &rina, &digest, 100_000).await;
    let mut wrong = bytes.clone();
    wrong[70_000] ^= 1;
    let refused = patch(&backend, &rina, &digest, 0, wrong).await;
    assert_eq!((refused.status, refused.problem().kind.as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "/problems/digest"));
    assert_eq!(head(&backend, &rina, &digest).await.header("upload-offset"), "0");
    assert!(pulled(&backend, &rina, None).await.files.is_empty());
    assert_eq!(patch(&backend, &rina, &digest, 0, bytes).await.status, StatusCode::NO_CONTENT);

    // A page in the clothes of a PDF: the digest is right, what it is is not.
    let page = b"<!doctype html><script>alert(1)</script>".to_vec();
    backend.push_one(&rina, &petition_with(&rina, &page)).await;
    let digest = Digest::of(&page);
    create(&backend, &rina, &digest, page.len() as u64).await;
    let refused = patch(&backend, &rina, &digest, 0, page).await;
    assert_eq!((refused.status, refused.problem().retry), (StatusCode::UNPROCESSABLE_ENTITY, Some(Retry::Never)));
    assert_eq!(read(&backend, &rina, &digest).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nothing_goes_beyond_the_length() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let bytes = pdf(1_000);
    let digest = Digest::of(&bytes);
    backend.push_one(&rina, &petition_with(&rina, &bytes)).await;
    assert_eq!(create(&backend, &rina, &digest, 999).await.problem().kind, "/problems/file-length");
    create(&backend, &rina, &digest, 1_000).await;
    let long: Vec<u8> = bytes.iter().copied().chain([0]).collect();
    // Told beforehand, and found out on the way.
    let told = tus(Method::PATCH, &endpoint::file(&digest), &rina)
        .header("upload-offset", 0)
        .header(header::CONTENT_TYPE, "application/offset+octet-stream")
        .header(header::CONTENT_LENGTH, 1_001);
    assert_eq!(backend.send(told.body(long.clone().into()).expect("a request")).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let found = Body::from_stream(stream::iter([Ok::<_, Infallible>(Bytes::from(long))]));
    assert_eq!(patch(&backend, &rina, &digest, 0, found).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    // All thousand are there, unchecked until somebody asks.
    assert_eq!(head(&backend, &rina, &digest).await.header("upload-offset"), "1000");
    assert_eq!(read(&backend, &rina, &digest).await.body, bytes);

    let huge = Digest::of(b"huge");
    backend.push_one(&rina, &named(&rina, 50_000_001, huge)).await;
    assert_eq!(create(&backend, &rina, &huge, 50_000_001).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn only_the_author_sends_and_only_who_sees_the_case_reads() {
    let backend = Backend::new();
    let (rina, yusuf) = (backend.sign_in("rina").await, backend.sign_in("yusuf").await);
    let (slamet, pusat) = (backend.sign_in("slamet").await, backend.sign_in("pusat").await);
    let bytes = pdf(3_000);
    let digest = Digest::of(&bytes);
    backend.push_one(&rina, &petition_with(&rina, &bytes)).await;
    create(&backend, &rina, &digest, 3_000).await;
    for other in [&yusuf, &slamet, &pusat] {
        assert_eq!(create(&backend, other, &digest, 3_000).await.status, StatusCode::FORBIDDEN);
        assert_eq!(head(&backend, other, &digest).await.status, StatusCode::NOT_FOUND);
        assert_eq!(patch(&backend, other, &digest, 0, bytes.clone()).await.status, StatusCode::NOT_FOUND);
        assert_eq!(terminate(&backend, other, &digest).await.status, StatusCode::NOT_FOUND);
    }
    patch(&backend, &rina, &digest, 0, bytes.clone()).await;
    for (reader, sees) in [(&rina, true), (&yusuf, true), (&pusat, true), (&slamet, false)] {
        let answer = read(&backend, reader, &digest).await;
        assert_eq!(answer.status == StatusCode::OK, sees);
        assert_eq!(answer.body == bytes, sees);
        assert_eq!(head(&backend, reader, &digest).await.status == StatusCode::OK, sees);
        assert_eq!(pulled(&backend, reader, None).await.files.len(), usize::from(sees));
    }
    // Another office has the same file: whether somebody else has it already is nobody's business.
    backend.push_one(&slamet, &petition_with(&slamet, &bytes)).await;
    let own = create(&backend, &slamet, &digest, 3_000).await;
    assert_eq!((own.status, own.header("upload-offset")), (StatusCode::CREATED, "0"));
    for path in [endpoint::file(&digest), endpoint::FILES.to_owned()] {
        let nobody = backend.send(Request::head(&path).header("tus-resumable", "1.0.0").body(Body::empty()).expect("a request")).await;
        assert!(matches!(nobody.status, StatusCode::UNAUTHORIZED | StatusCode::METHOD_NOT_ALLOWED), "{path}");
    }
}

#[tokio::test]
async fn a_file_is_read_whole_or_in_ranges_and_runs_nothing() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let bytes = pdf(200_000);
    let digest = Digest::of(&bytes);
    backend.push_one(&rina, &petition_with(&rina, &bytes)).await;
    create(&backend, &rina, &digest, 200_000).await;
    patch(&backend, &rina, &digest, 0, bytes.clone()).await;
    let whole = read(&backend, &rina, &digest).await;
    for (name, value) in [
        ("content-type", "application/pdf"),
        ("content-length", "200000"),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("x-content-type-options", "nosniff"),
        ("accept-ranges", "bytes"),
        ("cache-control", "no-store"),
        ("sips-contract", "1"),
    ] {
        assert_eq!(whole.header(name), value, "{name}");
        assert_eq!(whole.headers.get_all(name).iter().count(), 1, "{name}");
    }
    assert_eq!(
        whole.header("content-disposition"),
        "attachment; filename=\"SK 123 _ _daftar_.pdf\"; filename*=UTF-8''SK%20123%20%E2%80%93%20%22daftar%22.pdf"
    );
    for (range, status, expected) in [
        ("bytes=65530-65540", StatusCode::PARTIAL_CONTENT, &bytes[65_530..65_541]),
        ("bytes=-5", StatusCode::PARTIAL_CONTENT, &bytes[199_995..]),
        ("bytes=131072-", StatusCode::PARTIAL_CONTENT, &bytes[131_072..]),
        ("nonsense", StatusCode::OK, &bytes[..]),
    ] {
        let request = Request::get(endpoint::file(&digest))
            .header(header::AUTHORIZATION, format!("Bearer {}", rina.access_token))
            .header(header::RANGE, range);
        let answer = backend.send(request.body(Body::empty()).expect("a request")).await;
        assert_eq!((answer.status, answer.body.as_slice()), (status, expected), "{range}");
    }
    let request = Request::get(endpoint::file(&digest))
        .header(header::AUTHORIZATION, format!("Bearer {}", rina.access_token))
        .header(header::RANGE, "bytes=200000-");
    let outside = backend.send(request.body(Body::empty()).expect("a request")).await;
    assert_eq!((outside.status, outside.header("content-range")), (StatusCode::RANGE_NOT_SATISFIABLE, "bytes */200000"));
}

#[tokio::test]
async fn what_is_not_whole_can_be_taken_back_and_evidence_cannot() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let bytes = pdf(2_000);
    let digest = Digest::of(&bytes);
    backend.push_one(&rina, &petition_with(&rina, &bytes)).await;
    create(&backend, &rina, &digest, 2_000).await;
    patch(&backend, &rina, &digest, 0, bytes[..500].to_vec()).await;
    assert_eq!(terminate(&backend, &rina, &digest).await.status, StatusCode::NO_CONTENT);
    assert_eq!(head(&backend, &rina, &digest).await.status, StatusCode::NOT_FOUND);
    assert_eq!(patch(&backend, &rina, &digest, 500, bytes[500..].to_vec()).await.status, StatusCode::NOT_FOUND);
    create(&backend, &rina, &digest, 2_000).await;
    patch(&backend, &rina, &digest, 0, bytes.clone()).await;
    let refused = terminate(&backend, &rina, &digest).await;
    assert_eq!((refused.status, refused.problem().kind.as_str()), (StatusCode::FORBIDDEN, "/problems/evidence-kept"));
    assert_eq!(read(&backend, &rina, &digest).await.body, bytes);
}

#[tokio::test]
async fn incomplete_files_wait_for_seven_days_and_more() {
    let backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let bytes = pdf(2_000);
    let digest = Digest::of(&bytes);
    backend.push_one(&rina, &petition_with(&rina, &bytes)).await;
    create(&backend, &rina, &digest, 2_000).await;
    patch(&backend, &rina, &digest, 0, bytes[..500].to_vec()).await;
    backend.wait_ms(8 * DAY_MS);
    let rina = backend.sign_in("rina").await;
    assert_eq!(head(&backend, &rina, &digest).await.header("upload-offset"), "500");
    patch(&backend, &rina, &digest, 500, bytes[500..600].to_vec()).await;
    backend.wait_ms(15 * DAY_MS);
    let rina = backend.sign_in("rina").await;
    assert_eq!(head(&backend, &rina, &digest).await.status, StatusCode::NOT_FOUND);
    assert_eq!(create(&backend, &rina, &digest, 2_000).await.header("upload-offset"), "0");
    patch(&backend, &rina, &digest, 0, bytes.clone()).await;
    backend.wait_ms(400 * DAY_MS);
    let rina = backend.sign_in("rina").await;
    assert_eq!(read(&backend, &rina, &digest).await.body, bytes, "what is whole stays");
}

#[tokio::test]
async fn the_protocol_is_told_and_other_versions_of_it_refused() {
    let backend = Backend::with(|settings| settings.allow_origins.push("https://a.example".parse().expect("an origin")));
    let options = backend.send(Request::options(endpoint::FILES).body(Body::empty()).expect("a request")).await;
    assert_eq!(options.status, StatusCode::NO_CONTENT);
    for (name, value) in [("tus-version", "1.0.0"), ("tus-extension", "creation,termination"), ("tus-max-size", "50000000")] {
        assert_eq!(options.header(name), value);
    }
    let discovery: Discovery = backend.get(endpoint::DISCOVERY, None).await.json();
    assert_eq!((discovery.level, discovery.limits.file_bytes, discovery.limits.media_types.len()), (3, 50_000_000, 6));
    let preflight = Request::options("/v1/files/x")
        .header(header::ORIGIN, "https://a.example")
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "PATCH")
        .header(header::ACCESS_CONTROL_REQUEST_HEADERS, "tus-resumable,upload-offset,content-type,authorization");
    let preflight = backend.send(preflight.body(Body::empty()).expect("a request")).await;
    assert!(preflight.header("access-control-allow-methods").contains("PATCH"));
    assert!(preflight.header("access-control-allow-headers").contains("upload-offset"));

    let rina = backend.sign_in("rina").await;
    for method in [Method::POST, Method::HEAD, Method::PATCH, Method::DELETE] {
        let path = if method == Method::POST { endpoint::FILES.to_owned() } else { endpoint::file(&Digest::of(b"x")) };
        let request = Request::builder().method(&method).uri(&path).header(header::AUTHORIZATION, format!("Bearer {}", rina.access_token));
        let answer = backend.send(request.body(Body::from("abc")).expect("a request")).await;
        assert_eq!((answer.status, answer.header("tus-version")), (StatusCode::PRECONDITION_FAILED, "1.0.0"), "{method}");
    }
    let digest = Digest::of(b"x");
    for (length, metadata) in [("", "sha256 x"), ("+5", ""), ("5", ""), ("5", "sha256 !!"), ("5", "name eA=="), ("-1", "")] {
        let request = tus(Method::POST, endpoint::FILES, &rina).header("upload-length", length).header("upload-metadata", metadata);
        let answer = backend.send(request.body(Body::empty()).expect("a request")).await;
        assert_eq!(answer.problem().status, 400, "{length} {metadata}");
    }
    let wrong_media = tus(Method::PATCH, &endpoint::file(&digest), &rina).header("upload-offset", 0).body(Body::from("abc"));
    assert_eq!(backend.send(wrong_media.expect("a request")).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn a_database_from_before_files_knows_the_files_of_its_acts() {
    let mut backend = Backend::new();
    let rina = backend.sign_in("rina").await;
    let bytes = pdf(2_000);
    backend.push_one(&rina, &petition_with(&rina, &bytes)).await;
    let before = "DELETE FROM file_links; DELETE FROM meta WHERE key = 'files_linked';";
    backend.database().run(before).expect("as it was before");
    backend.restart();
    assert_eq!(create(&backend, &rina, &Digest::of(&bytes), 2_000).await.status, StatusCode::CREATED);
}
