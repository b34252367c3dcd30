//! Starts the app in the browser. On the host there is nothing to start: see `cargo xtask run`.

fn main() {
    #[cfg(all(target_arch = "wasm32", feature = "ui"))]
    sips_lapangan::app::mount();
}
