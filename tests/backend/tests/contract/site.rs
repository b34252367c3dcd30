//! The app's own files.

use std::path::Path;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};

use crate::support::{Answer, Backend};

const HASHED: &str = "app-0123456789abcdef.js";

fn release(folder: &Path, word: &str) {
    std::fs::create_dir_all(folder.join("icons")).expect("a folder");
    for (name, bytes) in [
        ("index.html", format!("<!doctype html>{word}")),
        ("service-worker.js", format!("// {word}")),
        ("boot.js", String::new()),
        ("manifest.webmanifest", "{}".into()),
        (HASHED, "plain".into()),
        ("app-0123456789abcdef.js.br", "brotli".into()),
        ("app-0123456789abcdef_bg.wasm", "\0asm".into()),
        ("style-89abcdef01234567.css", "a{}".into()),
        ("sprite.svg", "<svg/>".into()),
        ("icons/icon-192.png", "png".into()),
        ("orphan.js.br", "left over".into()),
        (".env", "secret".into()),
    ] {
        std::fs::write(folder.join(name), bytes).expect("a file");
    }
}

struct Site {
    backend: Backend,
    _folder: tempfile::TempDir,
}

impl Site {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let app = folder.path().join("dist");
        release(&app, "first");
        std::fs::write(folder.path().join("secret.txt"), "secret").expect("a file");
        Self { backend: Backend::with(|settings| settings.app = Some(app)), _folder: folder }
    }

    async fn get(&self, path: &str) -> Answer {
        self.backend.get(path, None).await
    }

    async fn get_with(&self, method: Method, path: &str, name: header::HeaderName, value: &str) -> Answer {
        let request = Request::builder().method(method).uri(path).header(name, value);
        self.backend.send(request.body(Body::empty()).expect("a request")).await
    }
}

#[tokio::test]
async fn files_have_their_media_types_and_caching() {
    let site = Site::new();
    let forever = "public, max-age=31536000, immutable";
    for (path, media, caching) in [
        ("/index.html", "text/html; charset=utf-8", "no-cache"),
        ("/service-worker.js", "text/javascript; charset=utf-8", "no-cache"),
        ("/boot.js", "text/javascript; charset=utf-8", "no-cache"),
        ("/manifest.webmanifest", "application/manifest+json", "no-cache"),
        ("/sprite.svg", "image/svg+xml", "no-cache"),
        ("/icons/icon-192.png", "image/png", "no-cache"),
        ("/app-0123456789abcdef.js", "text/javascript; charset=utf-8", forever),
        ("/app-0123456789abcdef_bg.wasm", "application/wasm", forever),
        ("/style-89abcdef01234567.css", "text/css; charset=utf-8", forever),
    ] {
        let answer = site.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.header("content-type"), media, "{path}");
        assert_eq!(answer.header("cache-control"), caching, "{path}");
        assert_eq!(answer.header("content-length"), answer.body.len().to_string(), "{path}");
        assert!(answer.header("vary").contains("Accept-Encoding"), "{path}");
        let tag = answer.header("etag").to_owned();
        let again = site.get_with(Method::GET, path, header::IF_NONE_MATCH, &tag).await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0), "{path}");
    }
}

#[tokio::test]
async fn addresses_of_the_app_get_the_page_and_missing_files_do_not() {
    let site = Site::new();
    for path in ["/", "/kasus", "/kasus/01980000-0000-7000-8000-000000000001", "/kasus/?a=b", "/icons", "/v10"] {
        let answer = site.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.text(), "<!doctype html>first", "{path}");
        assert_eq!(answer.header("cache-control"), "no-cache", "{path}");
    }
    for path in ["/missing.js", "/app-ffffffffffffffff.js", "/kasus/missing.css", "/favicon.ico", "/icons/x.png", "/orphan.js"] {
        let answer = site.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(!answer.text().contains("html"), "{path}");
        assert!(!answer.header("content-type").contains("html"), "{path}");
        assert!(!answer.header("cache-control").contains("max-age"), "{path}");
    }
}

#[tokio::test]
async fn nothing_outside_of_the_app_is_served() {
    let site = Site::new();
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/icons/../../secret.txt",
        "/icons/%2e%2e/%2e%2e/secret.txt",
        "/..%5csecret.txt",
        "//secret.txt",
        "/.env",
        "/%2eenv",
        "/app-0123456789abcdef.js.br",
        "/%00.js",
        "/index.html%00.js",
    ] {
        let answer = site.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(!answer.text().contains("secret"), "{path}");
    }
}

#[tokio::test]
async fn compressed_copies_go_to_those_who_take_them() {
    let site = Site::new();
    let path = format!("/{HASHED}");
    let plain = site.get(&path).await;
    assert_eq!((plain.text().as_str(), plain.header("content-encoding")), ("plain", ""));
    let small = site.get_with(Method::GET, &path, header::ACCEPT_ENCODING, "gzip, deflate, br").await;
    assert_eq!((small.text().as_str(), small.header("content-encoding")), ("brotli", "br"));
    assert_eq!(small.header("content-type"), "text/javascript; charset=utf-8");
    assert_ne!(small.header("etag"), plain.header("etag"));
    let refused = site.get_with(Method::GET, &path, header::ACCEPT_ENCODING, "br;q=0, gzip").await;
    assert_eq!(refused.text(), "plain");
    let no_copy = site.get_with(Method::GET, "/boot.js", header::ACCEPT_ENCODING, "br").await;
    assert_eq!((no_copy.status, no_copy.header("content-encoding")), (StatusCode::OK, ""));
}

#[tokio::test]
async fn only_reading_is_offered() {
    let site = Site::new();
    let head = site.get_with(Method::HEAD, "/", header::ACCEPT, "*/*").await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
    assert_eq!(head.header("content-length"), "<!doctype html>first".len().to_string());
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let answer = site.get_with(method, "/", header::ACCEPT, "*/*").await;
        assert_eq!((answer.status, answer.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET, HEAD"));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_that_is_turned_shows_the_other_release_at_once() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().expect("a folder");
    let link = folder.path().join("dist");
    for word in ["first", "second"] {
        release(&folder.path().join(word), word);
    }
    symlink(folder.path().join("first"), &link).expect("a link");
    let app = link.clone();
    let backend = Backend::with(|settings| settings.app = Some(app));
    let before = backend.get("/", None).await;
    assert!(before.text().contains("first"));
    let turned = folder.path().join("turned");
    symlink(folder.path().join("second"), &turned).expect("a link");
    std::fs::rename(&turned, &link).expect("the link is turned");
    let after = backend.get("/", None).await;
    assert!(after.text().contains("second"));
    assert_ne!(before.header("etag"), after.header("etag"));
    assert_eq!(backend.get("/service-worker.js", None).await.text(), "// second");
}

#[tokio::test]
async fn without_an_app_the_contract_is_still_there() {
    for app in [None, Some("/nowhere".into())] {
        let backend = Backend::with(|settings| settings.app = app);
        assert_eq!(backend.get("/", None).await.status, StatusCode::NOT_FOUND);
        assert_eq!(backend.get("/.well-known/sips", None).await.status, StatusCode::OK);
    }
}
