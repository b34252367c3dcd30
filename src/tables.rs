//! Starts the pages of the tables of the law, `/pengaturan/tabel`. In a release they are a program of their own, fetched after the first
//! screen, so that what few people change costs nobody's first visit (20 KB of the bundle); while developing they are pages of the app.

fn main() {
    #[cfg(all(target_arch = "wasm32", feature = "ui"))]
    sips_lapangan::app::mount_tables();
}
