//! Parts of a view that follow signals, each of one type. A closure put into a view directly has a type of its own, and
//! the framework compiles its whole machinery anew for each: through this module it does so once, which halves the bundle.

use std::sync::{Arc, Mutex};

use leptos::prelude::*;
use leptos::tachys::reactive_graph::SharedReactiveFunction;

/// A part of a view that is drawn again when a signal it reads changes.
pub fn live<V: IntoView + 'static>(part: impl Fn() -> V + Send + 'static) -> SharedReactiveFunction<AnyView> {
    Arc::new(Mutex::new(move || part().into_any()))
}

/// One entry of a list: it is drawn once for as long as its key stays in the list.
#[derive(Clone)]
pub struct Entry {
    key: String,
    draw: Arc<dyn Fn() -> AnyView + Send + Sync>,
}

/// An entry with its key.
pub fn entry<V: IntoView + 'static>(key: impl ToString, draw: impl Fn() -> V + Send + Sync + 'static) -> Entry {
    Entry { key: key.to_string(), draw: Arc::new(move || draw().into_any()) }
}

/// A list that follows signals; only entries with new keys are drawn.
pub fn each(entries: impl Fn() -> Vec<Entry> + Send + Sync + 'static) -> AnyView {
    each_boxed(Box::new(entries))
}

fn each_boxed(entries: Box<dyn Fn() -> Vec<Entry> + Send + Sync>) -> AnyView {
    view! { <For each=move || entries() key=|entry| entry.key.clone() children=|entry: Entry| (entry.draw)() /> }.into_any()
}

/// Runs once now and again when a signal it reads changes, until the view is taken away.
pub fn follow(act: impl Fn() + 'static) {
    follow_boxed(Box::new(act));
}

fn follow_boxed(act: Box<dyn Fn()>) {
    Effect::new(move |_| act());
}
