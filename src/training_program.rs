//! Starts *Ruang Latihan*: the whole app over a backend that lives in the page. A program of its own, so that a first visit does not carry
//! it and nothing of work is in the page where training is.

fn main() {
    #[cfg(all(target_arch = "wasm32", feature = "ui"))]
    sips_lapangan::app::mount_training();
}
