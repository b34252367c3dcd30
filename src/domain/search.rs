//! Search over the words of the docket, as one types: every word of a query has to be found, in any order, as a whole word, as its
//! beginning, within it, or, if it is found nowhere so, with a slip of the finger. Names are compared as they sound: the old
//! spelling and its variants (*Soekarno*, *Djoko*, *Achmad*, *Rizky*) are one with the new. Numbers are found with and without
//! their separators.

use super::table::Table;

/// The shortest part of a word that is looked for within words, and the shortest word in which a slip is forgiven, in letters.
const WITHIN_FROM: usize = 3;
const SLIP_FROM: usize = 4;
/// From this length on two slips are forgiven.
const TWO_SLIPS_FROM: usize = 8;
/// Longer words are cut: nobody types them.
const LONGEST: usize = 60;
/// Words that stand for what a case is called weigh this much more than those of its texts.
const HEAD: u32 = 8;

/// How well a word fits.
const SLIP: u32 = 1;
const WITHIN: u32 = 2;
const BEGINS: u32 = 3;
const SAME: u32 = 4;

/// Words, each with the entries that hold it.
#[derive(Debug, Default)]
pub struct Index {
    /// All words, one after the other, as they sound.
    text: String,
    words: Vec<Word>,
    /// Places of words by the hash of their text, open addressing; 0 is empty, else the place and one.
    table: Vec<u32>,
    alive: Vec<bool>,
}

#[derive(Debug)]
struct Word {
    start: u32,
    len: u8,
    /// The entry times two, and one if it stands in its head; ascending.
    found_in: Vec<u32>,
}

impl Word {
    fn end(&self) -> usize {
        self.start as usize + usize::from(self.len)
    }

    /// Tells the entries that hold it how well it fits.
    fn score(&self, fit: u32, scores: &mut [u32]) {
        for &place in &self.found_in {
            let score = fit + if place % 2 == 1 { HEAD } else { 0 };
            if let Some(best) = scores.get_mut((place / 2) as usize) {
                *best = score.max(*best);
            }
        }
    }
}

impl Index {
    /// An empty index.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of entries that were ever added.
    #[must_use]
    pub fn len(&self) -> usize {
        self.alive.len()
    }

    /// Was nothing added?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.alive.is_empty()
    }

    /// Adds an entry by its texts, each with whether it is what the entry is called, and gives its place.
    pub fn add(&mut self, texts: &[(&str, bool)]) -> u32 {
        let entry = u32::try_from(self.alive.len()).unwrap_or(u32::MAX);
        self.alive.push(true);
        for &(text, head) in texts {
            terms(text, &mut |term| self.put(term, entry * 2 + u32::from(head)));
        }
        entry
    }

    /// Adds an entry by its words, as [`words`] gives them, and gives its place.
    pub fn add_words(&mut self, words: &Words) -> u32 {
        let entry = u32::try_from(self.alive.len()).unwrap_or(u32::MAX);
        self.alive.push(true);
        for (words, head) in [(&words.head, 1), (&words.body, 0)] {
            words.split(' ').filter(|word| !word.is_empty()).for_each(|word| self.put(word, entry * 2 + head));
        }
        entry
    }

    /// Takes an entry away: it is found no more.
    pub fn drop(&mut self, entry: u32) {
        if let Some(alive) = self.alive.get_mut(entry as usize) {
            *alive = false;
        }
    }

    /// The entries that hold every word of a query, each with how well it fits; `None` if the query has no words.
    #[must_use]
    pub fn find(&self, query: &str) -> Option<Vec<(u32, u32)>> {
        let scores = self.scores(query)?;
        let found = (0..).zip(scores).filter(|&(entry, score)| score > 0 && self.alive.get(entry as usize) == Some(&true));
        Some(found.collect())
    }

    /// How well each entry fits a query, 0 where it lacks a word of it; `None` if the query has no words. Those that were taken away fit, too.
    #[must_use]
    pub fn scores(&self, query: &str) -> Option<Vec<u32>> {
        let mut scores: Vec<u32> = Vec::new();
        for typed in query.split_whitespace() {
            // A number as it is written is looked for in one piece, its parts only if that is nowhere.
            let whole = sound(typed);
            if whole.is_empty() {
                continue;
            }
            let mut of_word = self.fits(&whole);
            if is_none(&of_word) && typed.chars().any(|character| !character.is_alphanumeric()) {
                let parts = typed.split(|character: char| !character.is_alphanumeric()).map(sound).filter(|part| !part.is_empty());
                of_word = parts.map(|part| self.fits(&part)).reduce(both).unwrap_or_default();
            }
            if is_none(&of_word) {
                of_word = self.slips(&whole);
            }
            scores = if scores.is_empty() { of_word } else { both(scores, of_word) };
        }
        (!scores.is_empty()).then_some(scores)
    }

    /// For each entry how well the best of its words fits that are so, begin so or hold it.
    fn fits(&self, wanted: &str) -> Vec<u32> {
        let mut scores = self.nothing();
        let mut found = |word: &Word, start: usize| {
            let fit = match start == word.start as usize {
                true if usize::from(word.len) == wanted.len() => SAME,
                true => BEGINS,
                false => WITHIN,
            };
            word.score(fit, &mut scores);
        };
        if wanted.len() < WITHIN_FROM {
            self.words.iter().filter(|word| self.text_of(word).starts_with(wanted)).for_each(|word| found(word, word.start as usize));
            return scores;
        }
        // All words at once: they lie one behind the other, and most do not have it.
        let (mut from, mut at) = (0, 0);
        while let Some(next) = self.text.get(from..).and_then(|rest| rest.find(wanted)) {
            let start = from + next;
            while self.words.get(at).is_some_and(|word| word.end() <= start) {
                at += 1;
            }
            let Some(word) = self.words.get(at) else { break };
            // What begins in one word and ends in the next is in neither.
            from = if start + wanted.len() <= word.end() {
                found(word, start);
                word.end()
            } else {
                start + wanted.chars().next().map_or(1, char::len_utf8)
            };
        }
        scores
    }

    fn nothing(&self) -> Vec<u32> {
        vec![0; self.alive.len().max(1)]
    }

    /// The entries with a word that is near.
    fn slips(&self, wanted: &str) -> Vec<u32> {
        if wanted.len() < SLIP_FROM {
            return self.nothing();
        }
        let slips = if wanted.len() >= TWO_SLIPS_FROM { 2 } else { 1 };
        let letters = letters_of(wanted);
        self.hits(&|word| {
            // Letters that are nowhere in the word cost a slip each, whatever their order.
            let missing = (letters & !letters_of(word)).count_ones();
            if missing <= slips && is_near(wanted.as_bytes(), word.as_bytes(), slips as usize) { SLIP } else { 0 }
        })
    }

    fn hits(&self, fits: &dyn Fn(&str) -> u32) -> Vec<u32> {
        let mut scores = self.nothing();
        for word in &self.words {
            let fit = fits(self.text_of(word));
            if fit > 0 {
                word.score(fit, &mut scores);
            }
        }
        scores
    }

    fn text_of(&self, word: &Word) -> &str {
        let start = word.start as usize;
        self.text.get(start..start + usize::from(word.len)).unwrap_or_default()
    }

    fn put(&mut self, term: &str, place: u32) {
        if self.words.len() * 2 >= self.table.len() {
            self.grow();
        }
        let slot = self.slot(term);
        let word = match self.table[slot] {
            0 => {
                self.words.push(Word {
                    start: u32::try_from(self.text.len()).unwrap_or(u32::MAX),
                    len: u8::try_from(term.len()).unwrap_or(u8::MAX),
                    found_in: Vec::new(),
                });
                self.text.push_str(term);
                self.table[slot] = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
                self.words.last_mut()
            }
            known => self.words.get_mut(known as usize - 1),
        };
        let Some(word) = word else { return };
        match word.found_in.last_mut() {
            Some(last) if *last / 2 == place / 2 => *last |= place,
            _ => word.found_in.push(place),
        }
    }

    /// The slot of a term: its own, or the empty one where it belongs.
    fn slot(&self, term: &str) -> usize {
        let mask = self.table.len() - 1;
        let mut slot = hash(term) as usize & mask;
        loop {
            match self.table[slot] {
                0 => return slot,
                known if self.words.get(known as usize - 1).is_some_and(|word| self.text_of(word) == term) => return slot,
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        self.table = vec![0; (self.table.len() * 2).max(1_024)];
        for place in 0..self.words.len() {
            let start = self.words[place].start as usize;
            let term = self.text[start..start + usize::from(self.words[place].len)].to_owned();
            let slot = self.slot(&term);
            self.table[slot] = u32::try_from(place + 1).unwrap_or(u32::MAX);
        }
    }
}

fn is_none(scores: &[u32]) -> bool {
    scores.iter().all(|score| *score == 0)
}

/// Entries in which both were found.
fn both(first: Vec<u32>, second: Vec<u32>) -> Vec<u32> {
    first.into_iter().zip(second).map(|(first, second)| if first == 0 || second == 0 { 0 } else { first + second }).collect()
}

/// FNV-1a, 32 bits.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// The terms of a text: its words, and what is written with separators both in one piece and in its parts.
fn terms(text: &str, take: &mut dyn FnMut(&str)) {
    for chunk in text.split_whitespace() {
        let whole = sound(chunk);
        if whole.is_empty() {
            continue;
        }
        take(&whole);
        if chunk.trim_matches(|character: char| !character.is_alphanumeric()).chars().any(|character| !character.is_alphanumeric()) {
            chunk
                .split(|character: char| !character.is_alphanumeric())
                .map(sound)
                .filter(|part| !part.is_empty())
                .for_each(|part| take(&part));
        }
    }
}

/// The words of an entry as they sound, each once, with a space between them: what is kept of an entry, so that its texts need not be
/// read to find it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// Those of what it is called.
    pub head: String,
    /// Those that stand in its texts alone.
    pub body: String,
}

/// The words of an entry's texts, each text with whether it is what the entry is called.
#[must_use]
pub fn words(texts: &[(&str, bool)]) -> Words {
    let mut known: Table<String, bool> = Table::new();
    for &(text, head) in texts {
        terms(text, &mut |term| match known.get_mut(term) {
            Some(known) => *known |= head,
            None => drop(known.insert(term.to_owned(), head)),
        });
    }
    let mut words = Words::default();
    for (word, head) in known.iter() {
        let part = if *head { &mut words.head } else { &mut words.body };
        if !part.is_empty() {
            part.push(' ');
        }
        part.push_str(word);
    }
    words
}

/// The words of a text as they sound, with a space around each: for whoever looks for words by other means than an [`Index`].
#[must_use]
pub fn sounds(text: &str) -> String {
    let mut words = String::from(" ");
    terms(text, &mut |term| {
        words.push_str(term);
        words.push(' ');
    });
    words
}

/// A word as it sounds, in letters from a to z and digits: marks are left out, old spellings read as new ones, letters that are
/// taken for each other in names made one. Other alphabets stay as they are.
#[must_use]
pub fn sound(word: &str) -> String {
    let mut plain: Vec<char> = Vec::with_capacity(word.len());
    for character in word.chars().filter(|character| character.is_alphanumeric()) {
        plain.push(without_mark(character.to_ascii_lowercase()));
    }
    let mut sounds = String::with_capacity(plain.len());
    let mut last = None;
    let mut at = 0;
    while let Some(&character) = plain.get(at) {
        let (sound, read) = match (character, plain.get(at + 1).copied()) {
            ('t', Some('j')) => ("c", 2),
            ('d', Some('j')) => ("j", 2),
            ('n', Some('j')) => ("ni", 2),
            ('s', Some('j' | 'y')) => ("s", 2),
            ('c' | 'k', Some('h')) => ("h", 2),
            ('d', Some('h')) => ("d", 2),
            ('t', Some('h')) => ("t", 2),
            ('p', Some('h')) => ("f", 2),
            ('o', Some('e')) => ("u", 2),
            ('i', Some('e')) => ("i", 2),
            ('v', _) => ("f", 1),
            ('z', _) => ("s", 1),
            ('q', _) => ("k", 1),
            ('x', _) => ("ks", 1),
            ('y', _) => ("i", 1),
            _ => ("", 1),
        };
        at += read;
        let mut push = |letter: char| {
            // Doubled letters are one; doubled digits are not.
            if last != Some(letter) || letter.is_ascii_digit() {
                sounds.push(letter);
            }
            last = Some(letter);
        };
        if sound.is_empty() {
            push(character)
        } else {
            sound.chars().for_each(&mut push)
        }
        if sounds.len() >= LONGEST {
            break;
        }
    }
    sounds
}

/// Marks are seldom in Indonesian names and often lost when typed.
fn without_mark(character: char) -> char {
    match character {
        'à' | 'á' | 'â' | 'ä' | 'À' | 'Á' | 'Â' | 'Ä' => 'a',
        'è' | 'é' | 'ê' | 'ë' | 'È' | 'É' | 'Ê' | 'Ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' | 'Ì' | 'Í' | 'Î' | 'Ï' => 'i',
        'ò' | 'ó' | 'ô' | 'ö' | 'Ò' | 'Ó' | 'Ô' | 'Ö' => 'o',
        'ù' | 'ú' | 'û' | 'ü' | 'Ù' | 'Ú' | 'Û' | 'Ü' => 'u',
        'ç' | 'Ç' => 'c',
        'ñ' | 'Ñ' => 'n',
        other => other,
    }
}

/// One bit for each letter that occurs, digits sharing five of them.
fn letters_of(word: &str) -> u32 {
    word.bytes().fold(0, |letters, byte| {
        letters
            | match byte {
                b'a'..=b'z' => 1 << (byte - b'a'),
                b'0'..=b'9' => 1 << (26 + (byte - b'0') % 5),
                _ => 1 << 31,
            }
    })
}

/// Is `wanted` within so many slips (a letter more, less, wrong, or two in each other's place) of the word or, for words of letters,
/// of how it begins? Digits must be as many as the number has.
fn is_near(wanted: &[u8], word: &[u8], slips: usize) -> bool {
    let digits = wanted.iter().all(u8::is_ascii_digit);
    if word.len() + slips < wanted.len() || (digits && word.len() > wanted.len() + slips) {
        return false;
    }
    let width = word.len().min(wanted.len() + slips);
    // Three rows: two slips in each other's place look back two.
    let mut before = vec![0; width + 1];
    let mut last: Vec<usize> = (0..=width).collect();
    for (row, &letter) in wanted.iter().enumerate() {
        let mut next = vec![row + 1; width + 1];
        for column in 1..=width {
            let cost = usize::from(word[column - 1] != letter);
            let mut best = (last[column] + 1).min(next[column - 1] + 1).min(last[column - 1] + cost);
            if row > 0 && column > 1 && word[column - 1] == wanted[row - 1] && word[column - 2] == letter {
                best = best.min(before[column - 2] + 1);
            }
            next[column] = best;
        }
        if next.iter().all(|&cost| cost > slips) {
            return false;
        }
        before = last;
        last = next;
    }
    if digits { last[width] <= slips && width == word.len() } else { last.iter().any(|&cost| cost <= slips) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn index(texts: &[&str]) -> Index {
        let mut index = Index::new();
        for text in texts {
            index.add(&[(text, true)]);
        }
        index
    }

    fn finds(text: &str, query: &str) -> bool {
        index(&[text]).find(query).is_some_and(|found| found.len() == 1)
    }

    #[test]
    fn spellings_of_a_name_are_one() {
        for (written, typed) in [
            ("Soekarno", "sukarno"),
            ("Djoko Tjahjono", "joko cahyono"),
            ("Achmad", "ahmad"),
            ("Akhmad", "achmad"),
            ("Rizky Syarief", "rizki sarif"),
            ("Muhammad Yusuf", "muhamad yusup"),
            ("Moehammad", "muhammad"),
            ("Novianti", "nofianti"),
            ("Zainal Abidin", "sainal"),
            ("Théodora", "teodora"),
            ("Banyuasin", "banjuasin"),
        ] {
            assert!(finds(written, typed), "{written} by {typed}: {} {}", sound(written), sound(typed));
        }
    }

    #[test]
    fn numbers_are_found_with_and_without_separators() {
        let number = "012/PS.REG/BWSL.BA/IX/2026";
        for typed in ["012/PS.REG", "012psreg", "012", "bwsl.ba", "ps reg 2026", "012-ps-reg", "ix 012", number] {
            assert!(finds(number, typed), "{typed}");
        }
        let other = "013/PS.REG/BWSL.BA/IX/2026";
        assert_eq!(index(&[number, other]).find("013/PS.REG").map(|found| found.len()), Some(1));
        assert!(finds(number, "013/PS.REG"), "where it is not there, what is nearest");
        assert!(finds("Nomor 1607014107920001", "1607014107290001"), "two digits in each other's place");
    }

    #[test]
    fn slips_are_forgiven_in_long_words_only() {
        assert!(finds("Palembang", "palmebang"));
        assert!(finds("Palembang", "pelambang"));
        assert!(finds("Kabupaten Banyuasin", "kabupten"));
        assert!(finds("Partai Harapan", "haraapn"));
        assert!(!finds("Budi", "bu di xi"));
        assert!(!finds("Budi", "dubu"));
        assert!(!finds("KPU", "kpa"));
    }

    #[test]
    fn every_word_must_be_found_and_heads_weigh_more() {
        let mut index = Index::new();
        let text = index.add(&[("sengketa pencalonan Budi", false)]);
        let name = index.add(&[("Budi", true)]);
        let found = index.find("budi").expect("a word was typed");
        let score = |entry| found.iter().find(|(found, _)| *found == entry).map(|(_, score)| *score);
        assert!(score(name) > score(text));
        assert_eq!(index.find("budi pencalonan").map(|found| found.len()), Some(1));
        assert_eq!(index.find("budi anwar"), Some(Vec::new()));
        assert_eq!(index.find("  /. "), None);
    }

    #[test]
    fn an_entry_is_found_by_its_kept_words_as_by_its_texts() {
        let texts = [("Partai Harapan 013/PS.REG/X", true), ("Djoko hadir, Partai tidak; nomor 160.7", false)];
        let (mut by_texts, mut by_words) = (Index::new(), Index::new());
        by_texts.add(&texts);
        let kept = words(&texts);
        assert_eq!(kept.head.split(' ').filter(|word| *word == sound("Partai")).count(), 1);
        assert!(!kept.body.contains(&sound("Partai")), "once, where it weighs more");
        by_words.add_words(&kept);
        for query in ["partai", "joko", "013/PS.REG", "1607", "harapam", "nomor tidak", "kpu"] {
            assert_eq!(by_words.find(query), by_texts.find(query), "{query}");
        }
    }

    #[test]
    fn an_entry_taken_away_is_found_no_more() {
        let mut index = index(&["Ani", "Ani"]);
        index.drop(0);
        assert_eq!(index.find("ani").map(|found| found.iter().map(|(entry, _)| *entry).collect::<Vec<_>>()), Some(vec![1]));
    }

    #[test]
    fn a_better_fit_hides_slips() {
        let index = index(&["Harapan", "Harapas"]);
        assert_eq!(index.find("harapan").map(|found| found.len()), Some(1));
        assert_eq!(index.find("harapax").map(|found| found.len()), Some(2));
    }

    proptest! {
        #[test]
        fn whatever_stands_in_a_text_is_found(texts in proptest::collection::vec("[a-zA-Z0-9/. éñ]{0,40}", 1..20), pick in any::<prop::sample::Index>()) {
            let parts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let index = index(&parts);
            let at = pick.index(parts.len());
            for word in parts[at].split_whitespace() {
                if let Some(found) = index.find(word) {
                    prop_assert!(found.iter().any(|(entry, _)| *entry as usize == at), "{word}");
                }
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in any::<String>(), query in any::<String>()) {
            let _ = index(&[&text]).find(&query);
        }
    }
}
