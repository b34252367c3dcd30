//! A paper on screen and in print. Papers are in Indonesian, whatever the language of the screen.

use leptos::prelude::*;

use crate::components::paper::Paper;
use crate::papers::document::{Block, CODE_WORDS, Code, Document, Head};

/// The longest word that may stand in a cell unbroken: a digest is longer, a date is not.
const LONG_WORD: usize = 40;

/// The sheet of a paper.
#[component]
pub fn PaperSheet(
    /// The paper.
    document: Document,
) -> impl IntoView {
    let Document { head, case, language, watermark, blocks, code } = document;
    let label = head.title.clone();
    let watermark = Some(watermark).filter(|text| !text.is_empty());
    let mut in_section = false;
    // What a table is about: the heading that it stands under.
    let mut about = head.title.clone();
    let blocks: Vec<AnyView> = std::iter::once(Block::Head(head))
        .chain(blocks)
        .map(|block| match block {
            // Headings leave out no level, which is how screen readers walk through a paper.
            Block::Subheading(text) if !in_section => {
                about.clone_from(&text);
                view! { <h3>{text}</h3> }.into_any()
            }
            block => {
                in_section = matches!(block, Block::Heading(_)) || in_section && !matches!(block, Block::Head(_));
                if let Block::Heading(text) | Block::Subheading(text) | Block::Head(Head { title: text, .. }) = &block {
                    about.clone_from(text);
                }
                block_view(block, &about)
            }
        })
        .collect();
    view! {
        <Paper label watermark>
            <div class="paper" lang=language>
                <div class="paper__text">{blocks} {code.as_ref().map(code_view)}</div>
                // On paper it stands below every page.
                <footer class="paper__running">{case}</footer>
            </div>
        </Paper>
    }
}

/// A code as a picture; its ground and its quiet edge are of its style.
pub fn code_picture(code: &Code, label: String) -> AnyView {
    use std::fmt::Write as _;
    let mut path = String::new();
    for (row, from, count) in code.runs() {
        let _ = write!(path, "M{from} {row}h{count}v1h-{count}z");
    }
    let side = code.rows.len();
    view! { <svg viewBox=format!("-2 -2 {0} {0}", side + 4) role="img" aria-label=label><path d=path></path></svg> }.into_any()
}

/// The code with its ground and its words.
fn code_view(code: &Code) -> AnyView {
    view! {
        <div class="paper__code">
            {code_picture(code, format!("QR: {}", code.address))}
            <p class="paper__note">{CODE_WORDS} <br /> {code.address.clone()}</p>
        </div>
    }
    .into_any()
}

fn block_view(block: Block, about: &str) -> AnyView {
    let caption = || view! { <caption class="visually-hidden">{about.to_owned()}</caption> };
    match block {
        Block::Head(head) => head_view(head),
        Block::Heading(text) => view! { <h3>{text}</h3> }.into_any(),
        Block::Subheading(text) => view! { <h4>{text}</h4> }.into_any(),
        Block::Paragraph(text) => view! { <p class="paper__paragraph">{text}</p> }.into_any(),
        Block::Note(text) => view! { <p class="paper__note">{text}</p> }.into_any(),
        Block::PageBreak => view! { <div class="paper__break"></div> }.into_any(),
        Block::Facts(facts) => {
            let rows: Vec<AnyView> =
                facts.into_iter().map(|(name, value)| view! { <tr><th scope="row">{name}</th><td>{value}</td></tr> }.into_any()).collect();
            view! { <table class="paper__facts">{caption()}<tbody>{rows}</tbody></table> }.into_any()
        }
        Block::Table { head, rows } => {
            let head: Vec<AnyView> = head.into_iter().map(|name| view! { <th scope="col">{name}</th> }.into_any()).collect();
            let rows: Vec<AnyView> = rows
                .into_iter()
                .map(|cells| {
                    let mut cells = cells.into_iter();
                    let name = cells.next();
                    let cells: Vec<AnyView> = cells.map(cell_view).collect();
                    view! { <tr><th scope="row">{name}</th>{cells}</tr> }.into_any()
                })
                .collect();
            view! { <table class="paper__table">{caption()}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table> }.into_any()
        }
        Block::List(items) => {
            let items: Vec<AnyView> = items.into_iter().map(|item| view! { <li>{item}</li> }.into_any()).collect();
            view! { <ol>{items}</ol> }.into_any()
        }
        Block::Signatures(signatures) => {
            let rooms: Vec<AnyView> = signatures
                .into_iter()
                .map(|to| view! { <div><p>{to.role}</p><p class="paper__sign">{to.name}</p></div> }.into_any())
                .collect();
            view! { <div class="paper__signatures">{rooms}</div> }.into_any()
        }
    }
}

fn head_view(head: Head) -> AnyView {
    view! {
        <header class="paper__head">
            <p class="paper__office">{head.office}</p>
            <h2 class="paper__title">{head.title}</h2>
            <p class="paper__number">{head.number}</p>
            <p class="paper__form">{head.form}</p>
        </header>
    }
    .into_any()
}

fn cell_view(text: String) -> AnyView {
    let is_long = text.split_whitespace().any(|word| word.chars().count() > LONG_WORD);
    view! { <td class:paper__digest=is_long>{text}</td> }.into_any()
}
