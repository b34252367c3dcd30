//! What a first visit costs on a slow line, and the limits it has to stay under. It reads `dist/`, as
//! compressed as a host would send it, and changes nothing.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::bundle;
use crate::shell::Failure;

const KB: u64 = 1024;
/// The finished app's budgets.
const FIRST_VISIT_LIMIT: u64 = 500 * KB;
const WASM_LIMIT: u64 = 475 * KB;
/// The worker for documents, with everything it needs; fetched after the first screen is ready. Its budget is 900, which it passes: this limit
/// only keeps it from growing further until that is won back.
const WORKER_LIMIT: u64 = 1_150 * KB;
/// The program with all pages and training, and the tables of offices and terms; likewise, without a budget of its own.
const WHOLE_LIMIT: u64 = 1_000 * KB;

struct Sizes {
    rows: Vec<(String, u64, u64)>,
    first_visit: u64,
    wasm: u64,
    worker: u64,
    whole: u64,
}

/// The files of the first visit and their sizes, for people.
///
/// # Errors
/// `dist/` cannot be read.
pub fn table(dist: &Path) -> Result<String, Failure> {
    Ok(measure(dist)?.to_string())
}

/// Prints the table.
///
/// # Errors
/// A limit is passed.
pub fn gate(dist: &Path) -> Result<(), Failure> {
    let sizes = measure(dist)?;
    println!("{}", sizes.to_string().trim_end());
    let over = [
        ("the first visit", sizes.first_visit, FIRST_VISIT_LIMIT),
        ("the app's WebAssembly", sizes.wasm, WASM_LIMIT),
        ("the document worker", sizes.worker, WORKER_LIMIT),
        ("the program with all pages", sizes.whole, WHOLE_LIMIT),
    ]
    .into_iter()
    .filter(|(_, size, limit)| size > limit)
    .map(|(name, size, limit)| format!("{name} takes {} KB, the limit is {} KB", kb(size), kb(limit)))
    .collect::<Vec<_>>();
    if over.is_empty() {
        return Ok(());
    }
    Err(Failure::new(over.join("; "), "look for what the last change added: a crate, a picture, float formatting"))
}

fn measure(dist: &Path) -> Result<Sizes, Failure> {
    let mut sizes = Sizes { rows: Vec::new(), first_visit: 0, wasm: 0, worker: 0, whole: 0 };
    for file in bundle::files_in(dist)? {
        let url = format!("/{file}");
        let service_worker = file == "service-worker.js";
        // The manifest's picture is fetched by an installing browser, though the worker does not keep it.
        let fetched = service_worker || url == "/icons/icon-192.png" || bundle::is_kept(&url);
        if file.ends_with(".br") || !fetched {
            continue;
        }
        let length = |path: &Path| fs::metadata(path).map(|metadata| metadata.len());
        let path = dist.join(&file);
        let raw = length(&path).map_err(|error| Failure::file(&path, &error))?;
        // Without a compressed copy it is sent as it is.
        let sent = length(&dist.join(format!("{file}.br"))).unwrap_or(raw);
        if url.starts_with("/document-worker") {
            sizes.worker += sent;
        } else if bundle::is_later(&url) {
            sizes.whole += sent;
        } else {
            sizes.first_visit += sent;
            sizes.wasm += if file.ends_with(".wasm") { sent } else { 0 };
        }
        sizes.rows.push((file, raw, sent));
    }
    sizes.rows.sort_by_key(|(_, _, sent)| std::cmp::Reverse(*sent));
    Ok(sizes)
}

impl std::fmt::Display for Sizes {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = format!("\n{:<44} {:>10} {:>10}\n", "file (KB)", "raw", "brotli");
        for (file, raw, sent) in &self.rows {
            writeln!(text, "{file:<44} {:>10} {:>10}", kb(*raw), kb(*sent))?;
        }
        writeln!(text, "{:<44} {:>10} {:>10}", format!("first visit, of {}", kb(FIRST_VISIT_LIMIT)), "", kb(self.first_visit))?;
        writeln!(text, "{:<44} {:>10} {:>10}", format!("of it WebAssembly, of {}", kb(WASM_LIMIT)), "", kb(self.wasm))?;
        let later = [("later, the document worker", self.worker, WORKER_LIMIT), ("later, all pages and training", self.whole, WHOLE_LIMIT)];
        for (name, size, limit) in later {
            writeln!(text, "{:<44} {:>10} {:>10}", format!("{name}, of {}", kb(limit)), "", kb(size))?;
        }
        out.write_str(&text)
    }
}

/// One decimal, rounded up: a size is never shown smaller than it is.
fn kb(bytes: u64) -> String {
    let tenths = (bytes * 10).div_ceil(KB);
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::kb;

    #[test]
    fn sizes_are_rounded_up() {
        assert_eq!(kb(0), "0.0");
        assert_eq!(kb(1), "0.1");
        assert_eq!(kb(1024), "1.0");
        assert_eq!(kb(1025), "1.1");
    }
}
