//! Starts the app in the browser. On the host there is nothing to start: see `cargo xtask run`.

fn main() {
}
