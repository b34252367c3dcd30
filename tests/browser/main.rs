//! The adapters of the browser in a real one, without the UI framework: the store, the network and the covers over the platform.
#![cfg(target_arch = "wasm32")]

#[path = "../support/store_contract.rs"]
mod contract;
mod http;
mod platform;
mod script;
mod store;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

/// Waits until something is so; fails when it has not come true in ten seconds.
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    for _ in 0..2_000 {
        if is_so().await {
            return;
        }
        sips_lapangan::platform::timer::sleep(5).await;
    }
    panic!("it never came true: {what}");
}
