//! A link as a QR code: dark squares on white in both themes, since cameras look for that.

use leptos::prelude::*;
use qrcode::{Color, QrCode};

/// Light squares around the code that readers need.
const QUIET: usize = 4;

/// The code; nothing where the text is too long for one.
#[component]
pub fn Qr(
    /// What it says.
    #[prop(into)]
    text: String,
    /// For those who cannot see it.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    let code = QrCode::new(text.as_bytes()).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            path.push_str(&format!("M{} {}h1v1h-1z", at % width + QUIET, at / width + QUIET));
        }
    }
    let side = width + 2 * QUIET;
    Some(view! {
        <svg class="training-qr" viewBox=format!("0 0 {side} {side}") role="img" aria-label=label>
            <rect width=side height=side fill="#fff"></rect>
            <path d=path fill="#000"></path>
        </svg>
    })
}
