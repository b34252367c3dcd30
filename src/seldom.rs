//! Starts the pages that nobody needs at first: settings, tables of the law, receipt and papers, schedule, recap, public search, help,
//! questions from the field, the work on a case, and those below `/kirim/`. In a release
//! they are a program of their own, fetched after the first screen, so that what few people open costs nobody's first visit; while developing they are
//! pages of the app.

fn main() {
    #[cfg(all(target_arch = "wasm32", feature = "ui"))]
    sips_lapangan::app::mount_seldom();
}
