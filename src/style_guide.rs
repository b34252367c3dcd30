//! Starts the style guide at `/gaya`. In a release it is a program of its own, so that a page for developers costs an officer's
//! first visit nothing (15 KB of the bundle); while developing it is a page of the app.

fn main() {
    #[cfg(all(target_arch = "wasm32", feature = "ui"))]
    sips_lapangan::app::mount_style_guide();
}
