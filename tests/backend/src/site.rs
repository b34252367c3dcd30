//! Serving the app: its files as they lie in a folder, and its page for every address that the app itself reads.
//! Nothing is kept in memory, since the folder may be a link that is turned to another release at any time.

use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sips_lapangan::domain::digest::Digest;

/// The page that every address of the app gets.
const PAGE: &str = "index.html";
/// For names that hold a hash of their content: what is behind them never changes.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// For all others: asked for again each time, and answered shortly if nothing changed.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");
/// The fewest digits of such a hash.
const HASH_DIGITS: usize = 8;

/// Answers a request for a file or a page of the app in `folder`.
pub async fn serve(folder: Option<&Path>, method: &Method, path: &str, headers: &HeaderMap) -> Response {
    if *method != Method::GET && *method != Method::HEAD {
        let mut response = plain(StatusCode::METHOD_NOT_ALLOWED);
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    let Some(file) = folder.zip(file_of(path)) else {
        return plain(StatusCode::NOT_FOUND);
    };
    let (folder, name) = file;
    // One release per request, also while the link is being turned.
    let Ok(release) = tokio::fs::canonicalize(folder).await else {
        return plain(StatusCode::NOT_FOUND);
    };
    let Some(found) = find(&release, &name, accepts_brotli(headers)).await else {
        return plain(StatusCode::NOT_FOUND);
    };
    answer(found, &name, method, headers)
}

/// A file as it is sent.
struct Found {
    bytes: Vec<u8>,
    brotli: bool,
}

async fn find(release: &Path, name: &str, brotli: bool) -> Option<Found> {
    let file: PathBuf = release.join(name);
    if brotli
        && let Ok(bytes) = tokio::fs::read(release.join(format!("{name}.br"))).await
        // A compressed copy without its original is a left-over.
        && tokio::fs::try_exists(&file).await.unwrap_or(false)
    {
        return Some(Found { bytes, brotli: true });
    }
    let bytes = tokio::fs::read(file).await.ok()?;
    Some(Found { bytes, brotli: false })
}

fn answer(found: Found, name: &str, method: &Method, asked: &HeaderMap) -> Response {
    let base = name.rsplit('/').next().unwrap_or(name);
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(base)));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if found.brotli {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    let caching = if has_hash(base) { FOR_EVER } else { ASK_AGAIN };
    headers.insert(header::CACHE_CONTROL, caching);
    let tag = format!("\"{}\"", Digest::of(&found.bytes).short());
    let unchanged = matches(asked, &tag);
    // The tag is made of hexadecimal digits and quotes.
    headers.extend(HeaderValue::from_str(&tag).ok().map(|tag| (header::ETAG, tag)));
    if unchanged {
        headers.remove(header::CONTENT_TYPE);
        headers.remove(header::CONTENT_ENCODING);
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    headers.insert(header::CONTENT_LENGTH, found.bytes.len().into());
    let body = if *method == Method::HEAD { Body::empty() } else { found.bytes.into() };
    (headers, body).into_response()
}

fn plain(status: StatusCode) -> Response {
    let mut response = (status, status.canonical_reason().unwrap_or_default()).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, ASK_AGAIN);
    response
}

/// Does `If-None-Match` name this tag? Compared weakly, as RFC 9110 §13.1.2 asks.
#[must_use]
pub fn matches(headers: &HeaderMap, tag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|asked| asked == "*" || asked.strip_prefix("W/").unwrap_or(asked) == tag)
}

/// The file that answers an address: the file itself if its name has an ending, else the page. `None` for addresses
/// that lead out of the folder or to what is no part of the app.
fn file_of(path: &str) -> Option<String> {
    let decoded = decode(path.strip_prefix('/')?)?;
    let parts: Vec<&str> = decoded.split('/').collect();
    let (last, folders) = parts.split_last()?;
    // Empty parts, `.` and `..` are no names of files here, and hidden files are nobody's business.
    let plain = |part: &str| !part.starts_with('.') && !part.contains(['\\', ':']) && !part.chars().any(char::is_control);
    if !parts.iter().all(|part| plain(part)) {
        return None;
    }
    if !last.contains('.') {
        return Some(PAGE.to_owned());
    }
    if folders.iter().any(|part| part.is_empty()) || last.ends_with(".br") {
        return None;
    }
    Some(decoded)
}

/// Undoes percent-encoding; `None` if it is broken or hides a slash or something that is no UTF-8.
fn decode(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        let (high, low) = (digit(rest.next())?, digit(rest.next())?);
        let byte = u8::try_from(high * 16 + low).ok()?;
        if byte == b'/' {
            return None;
        }
        bytes.push(byte);
    }
    String::from_utf8(bytes).ok()
}

fn accepts_brotli(headers: &HeaderMap) -> bool {
    headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).any(
        |coding| {
            let mut parts = coding.split(';').map(str::trim);
            let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("br"));
            let refused = parts.any(|parameter| parameter.strip_prefix("q=").is_some_and(|weight| weight.parse() == Ok(0.0_f32)));
            named && !refused
        },
    )
}

/// Is there a hash of eight or more hexadecimal digits in the name, set off by signs?
fn has_hash(name: &str) -> bool {
    name.split(|c: char| !c.is_ascii_alphanumeric())
        .any(|part| part.len() >= HASH_DIGITS && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')))
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "tsv" => "text/tab-separated-values; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "ttf" => "font/ttf",
        "pdf" => "application/pdf",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_app_get_its_page() {
        for path in ["/", "/kasus", "/kasus/0198-x", "/kasus/", "/permohonan/masuk%20baru"] {
            assert_eq!(file_of(path).as_deref(), Some(PAGE), "{path}");
        }
        assert_eq!(file_of("/icons/icon-192.png").as_deref(), Some("icons/icon-192.png"));
    }

    #[test]
    fn no_address_leads_out_of_the_folder() {
        for path in [
            "/../secret.txt",
            "/a/../../secret.txt",
            "/%2e%2e/secret.txt",
            "/..%2fsecret.txt",
            "/%2e%2e%2fsecret.txt",
            "/..\\secret.txt",
            "/%5c..%5csecret.txt",
            "//etc/passwd.txt",
            "/./a.js",
            "/.git/config.js",
            "/.env",
            "/a%00.js",
            "/a%zz.js",
            "/a%f",
            "/%ff.js",
            "/app.js.br",
            "/c:/x.txt",
            "",
        ] {
            assert_eq!(file_of(path), None, "{path}");
        }
    }

    #[test]
    fn only_hashed_names_are_kept_for_ever() {
        for name in ["app-0123456789abcdef.js", "app-0123456789abcdef_bg.wasm", "style.89abcdef.css"] {
            assert!(has_hash(name), "{name}");
        }
        for name in ["index.html", "service-worker.js", "boot.js", "policies.js", "icon-192.png", "app-abcdef1.js", "release.json"] {
            assert!(!has_hash(name), "{name}");
        }
    }

    #[test]
    fn brotli_is_sent_to_those_who_take_it() {
        for (value, expected) in
            [("gzip, br", true), ("br;q=0.5", true), ("BR", true), ("br;q=0", false), ("br; q=0.0", false), ("gzip", false), ("abr", false)]
        {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(value));
            assert_eq!(accepts_brotli(&headers), expected, "{value}");
        }
    }
}
