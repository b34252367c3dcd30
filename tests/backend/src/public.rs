//! What everybody may read without signing in, as it is kept: the core says what of which act that is (`papers::published`), and here
//! each entry gets the words by which it is found.

use sips_lapangan::domain::case::Case;
use sips_lapangan::domain::json;
use sips_lapangan::domain::public::{PublicEntry, PublicView};
use sips_lapangan::domain::search::sounds;
use sips_lapangan::papers::published::published;
use sips_lapangan::rules::RuleBook;

use crate::accounts;

/// An entry of a view, as it is kept.
pub struct Entry {
    /// The view.
    pub view: PublicView,
    /// Names it within the view; not sent.
    pub id: String,
    /// JSON, as it is sent.
    pub body: String,
    /// Key of its rule set.
    pub track: String,
    /// Its office.
    pub office: String,
    /// The words of its petitioners' names, as they sound.
    pub petitioner: String,
    /// Those of its respondent.
    pub respondent: String,
    /// Those of all that it tells.
    pub words: String,
}

/// What a page of a view is narrowed by; what is empty narrows nothing.
#[derive(Clone, Debug, Default)]
pub struct Narrowed {
    /// Words of anything that it tells.
    pub q: String,
    /// Key of a rule set.
    pub track: String,
    /// The area of an office: its own entries and those of the offices within it.
    pub area: String,
    /// Words of petitioners' names.
    pub petitioner: String,
    /// Words of the respondent's name.
    pub respondent: String,
}

/// Everything that may be read of a case.
#[must_use]
pub fn entries(case: &Case, book: &RuleBook) -> Vec<Entry> {
    let rules = case.rules.as_ref().and_then(|pin| book.set(pin));
    let office = case.office.as_ref().and_then(accounts::office);
    let (Some(rules), Some(office)) = (rules, office) else {
        return Vec::new();
    };
    published(case, &rules.value, office)
        .into_iter()
        .map(|published| {
            let entry = &published.entry;
            Entry {
                view: published.view,
                id: published.id,
                body: json::write(entry),
                track: entry.track.clone(),
                office: entry.office.code.0.clone(),
                petitioner: sounds(&entry.petitioners.join(" ")),
                respondent: sounds(&entry.respondent),
                words: sounds(&told(entry)),
            }
        })
        .collect()
}

/// Every text of an entry.
fn told(entry: &PublicEntry) -> String {
    let object = entry.object.iter().flat_map(|object| [object.number.as_str(), object.title.as_str()]);
    let texts = [entry.number.as_deref(), Some(entry.office.name.as_str()), Some(entry.respondent.as_str()), entry.place.as_deref()];
    let all = texts.into_iter().flatten().chain(entry.petitioners.iter().map(String::as_str)).chain(object);
    all.collect::<Vec<_>>().join(" ")
}
