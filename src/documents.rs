//! What the document worker runs: a paper as JSON in, a PDF file out; a PDF in, its pages as pictures out. A program of its own, fetched
//! after the first screen is ready, so that fonts, typesetting and drawing cost a first visit nothing.

fn main() {}

#[cfg(target_arch = "wasm32")]
mod worker {
    use sips_lapangan::papers::document::Document;
    use sips_viewer::{File, Picture};
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

    /// An open file.
    #[wasm_bindgen]
    pub struct Open(File);

    /// A page of it as a picture.
    #[wasm_bindgen]
    pub struct Page(Picture);

    /// Opens a file.
    ///
    /// # Errors
    /// It asks for a password, or is damaged.
    #[wasm_bindgen]
    pub fn open(bytes: Vec<u8>) -> Result<Open, JsError> {
        Ok(Open(File::open(bytes)?))
    }

    #[wasm_bindgen]
    impl Open {
        /// The number of its pages.
        pub fn pages(&self) -> usize {
            self.0.pages()
        }

        /// What else is in it, by their names.
        pub fn carries(&self) -> String {
            let found = self.0.carries();
            let names = [("scripts", found.scripts), ("launches", found.launches), ("files", found.files)];
            names.into_iter().filter(|(_, is_there)| *is_there).map(|(name, _)| name).collect::<Vec<_>>().join(" ")
        }

        /// A page, from 0, as a picture of about this width.
        ///
        /// # Errors
        /// There is no such page, or not one that can be drawn.
        pub fn picture(&self, page: usize, width: u32) -> Result<Page, JsError> {
            Ok(Page(self.0.picture(page, width)?))
        }
    }

    #[wasm_bindgen]
    impl Page {
        /// Pixels in a row.
        pub fn width(&self) -> u32 {
            self.0.width
        }

        /// Rows.
        pub fn height(&self) -> u32 {
            self.0.height
        }

        /// Its bytes, which are gone from here then.
        pub fn pixels(self) -> Vec<u8> {
            self.0.pixels
        }
    }
}
