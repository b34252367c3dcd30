//! The words of the procedure in plain words. One table for every place that explains one.

/// A word of the procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Its key in addresses.
    pub key: String,
    /// As the rules write it, and in English.
    pub names: [String; 2],
    /// What it means, in plain words, in both languages.
    pub plain: [String; 2],
    /// Key of `sources.toml`.
    pub src: String,
    /// How sure: `C`, `L` or `U`.
    pub mark: String,
}

/// Reads the table: a head line, then a line a term, cells with tabs between them. Other lines are passed over.
#[must_use]
pub fn read(table: &str) -> Vec<Term> {
    table.lines().skip(1).filter_map(term).collect()
}

fn term(line: &str) -> Option<Term> {
    let cells: Vec<String> = line.split('\t').map(str::to_owned).collect();
    let [key, id, en, plain_id, plain_en, src, mark]: [String; 7] = cells.try_into().ok()?;
    Some(Term { key, names: [id, en], plain: [plain_id, plain_en], src, mark })
}

/// The terms that a text names in a language (0 Indonesian, 1 English), by their place in the table; a term within a longer one that
/// stands there is not meant.
#[must_use]
pub fn named(terms: &[Term], text: &str, language: usize) -> Vec<usize> {
    let text = lower(text);
    let name = |at: usize| terms.get(at).and_then(|term| term.names.get(language)).map_or("", String::as_str);
    let is_there: Vec<usize> = (0..terms.len()).filter(|&at| holds(&text, &lower(name(at)))).collect();
    let is_within = |at: usize| is_there.iter().any(|&other| other != at && holds(&lower(name(other)), &lower(name(at))));
    is_there.iter().copied().filter(|&at| !is_within(at)).collect()
}

fn lower(text: &str) -> String {
    text.chars().map(|letter| letter.to_ascii_lowercase()).collect()
}

/// Does a text hold a word, or words in a row, as a whole? The plural and possessive endings of both languages are let through.
fn holds(text: &str, words: &str) -> bool {
    let letter = |letter: char| letter.is_alphanumeric();
    !words.is_empty()
        && text.match_indices(words).any(|(at, _)| {
            let after = text.get(at + words.len()..).unwrap_or_default();
            let after = ["nya", "s"].iter().find_map(|ending| after.strip_prefix(ending)).unwrap_or(after);
            !text.get(..at).unwrap_or_default().ends_with(letter) && !after.starts_with(letter)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn table() -> Vec<Term> {
        read(include_str!("../rules/glossary.tsv"))
    }

    #[test]
    fn the_table_is_whole_and_every_term_has_its_source() {
        let terms = table();
        assert_eq!(terms.len(), include_str!("../rules/glossary.tsv").lines().count() - 1, "a line has another number of cells");
        let keys: BTreeSet<&str> = terms.iter().map(|term| term.key.as_str()).collect();
        assert_eq!(keys.len(), terms.len(), "a key stands twice");
        for term in &terms {
            assert!(term.names.iter().chain(&term.plain).all(|text| !text.trim().is_empty()), "{}", term.key);
            assert!(["C", "L", "U"].contains(&term.mark.as_str()), "{}", term.key);
            assert!(crate::rules::sources().contains_key(&term.src), "{}: {}", term.key, term.src);
            assert!(term.plain.iter().all(|text| text.ends_with('.')), "{}: a sentence", term.key);
        }
    }

    #[test]
    fn words_are_found_whole_and_the_longer_term_is_meant() {
        let terms = table();
        let keys =
            |text: &str, language| -> Vec<String> { named(&terms, text, language).into_iter().map(|at| terms[at].key.clone()).collect() };
        assert_eq!(keys("Nama pemohon dan kuasa hukumnya", 0), ["pemohon", "kuasa_hukum"]);
        assert_eq!(keys("Nomor Register", 0), ["nomor_register"]);
        assert_eq!(keys("permohonannya; termohon?", 0), ["permohonan", "termohon"]);
        assert_eq!(
            keys("Petitioners and the respondent", 1),
            ["petitioner", "respondent"]
                .map(|name| { terms.iter().find(|term| term.names[1] == name).map(|term| term.key.clone()).unwrap_or_default() })
        );
        assert!(keys("Pemohonan rasukan", 0).is_empty());
    }
}
