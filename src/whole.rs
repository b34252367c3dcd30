//! Starts everything that a first visit does not need: training, the style guide, and the whole app for the addresses of pages that nobody needs
//! at first (`public/start.js` has the list). In a release it is a program of its own, fetched after the first screen; while developing,
//! the app itself draws all pages.

fn main() {
    #[cfg(all(target_arch = "wasm32", feature = "ui"))]
    sips_lapangan::app::mount_whole();
}
