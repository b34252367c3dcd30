//! The adapters of the browser in a real one, without the UI framework: the store, the network and the covers over the platform.
#![cfg(target_arch = "wasm32")]

#[path = "../support/store_contract.rs"]
mod contract;
mod http;
mod platform;
mod script;
mod store;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
