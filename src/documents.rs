//! What the document worker runs: a paper as JSON in, a PDF file out. A program of its own, fetched after the first screen is
//! ready, so that fonts and typesetting cost a first visit nothing.

fn main() {}

#[cfg(target_arch = "wasm32")]
mod worker {
    use sips_lapangan::papers::document::Document;
    use wasm_bindgen::JsError;
    use wasm_bindgen::prelude::wasm_bindgen;

    /// The PDF of a paper.
    ///
    /// # Errors
    /// The text is no paper, or the program is damaged.
    #[wasm_bindgen]
    pub fn pdf(document: &str) -> Result<Vec<u8>, JsError> {
        let document: Document = sips_lapangan::domain::json::read(document)?;
        Ok(sips_lapangan::pdf::pdf(&document)?)
    }
}
