//! How firmly the browser keeps what is stored. WebKitGTK has none of this, so that every part may be missing.

use wasm_bindgen::JsValue;

use super::{js, navigator, realm};

fn manager() -> Option<JsValue> {
    js::get(&navigator(), "storage")
}

/// Asks that nothing be evicted; was it granted? Best from a press of the officer, after the first save.
pub async fn persist() -> bool {
    ask("persist").await
}

/// Is nothing evicted without the officer?
pub async fn persisted() -> bool {
    ask("persisted").await
}

async fn ask(method: &str) -> bool {
    let Some(manager) = manager() else {
        return false;
    };
    js::call_and_wait(&manager, method, &[]).await.is_ok_and(|granted| granted.is_truthy())
}

/// Bytes in use and the most that may be, both as the browser estimates them.
pub async fn estimate() -> Option<(u64, u64)> {
    let estimate = js::call_and_wait(&manager()?, "estimate", &[]).await.ok()?;
    let bytes = |name| js::get(&estimate, name)?.as_f64().map(|bytes| bytes as u64);
    let (used, quota) = (bytes("usage")?, bytes("quota")?);
    Some((if realm::is_full() { quota } else { used }, quota))
}
