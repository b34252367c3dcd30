//! What a stream is about. Beside cases there are the work on a case (internal notes, who is responsible, who watches), questions from
//! the field, and the help that answers them. Each is what its rule set describes: everything that is said of a case holds for it.

use super::case::Case;
use super::id::{AccountId, CaseId};
use super::office::OfficeCode;
use super::rule_set::DefinitionRef;

/// The kinds of streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// A dispute; the only kind that is counted, listed as a case, or ever public.
    Case,
    /// The work on a case. It lies beside the case: see [`CaseId::beside`].
    Work,
    /// A question from the field.
    Question,
    /// A page of help; of one that answers a question the id lies beside the question's.
    Article,
}

impl Stream {
    /// The kind by the rule set of its first act. A rule set that nobody knows is a case's.
    #[must_use]
    pub fn of(rules: Option<&DefinitionRef>) -> Self {
        let is = |kind: &&Self| rules.is_some_and(|rules| rules.id == kind.rules());
        [Self::Work, Self::Question, Self::Article].iter().find(is).copied().unwrap_or(Self::Case)
    }

    /// The id of its rule set; a case has one of several.
    #[must_use]
    pub fn rules(self) -> &'static str {
        match self {
            Self::Case => "",
            Self::Work => "kerja-perkara",
            Self::Question => "kendala",
            Self::Article => "bantuan",
        }
    }

    /// Does every account see it, whatever its office?
    #[must_use]
    pub fn is_for_all(self) -> bool {
        self == Self::Article
    }
}

impl CaseId {
    /// The id of what lies beside a stream: the work on a case, the published answer of a question. It follows from the stream's own, so
    /// that two devices without a network come to the same, and leads back to it.
    #[must_use]
    pub fn beside(self) -> Self {
        // Random bits alone: version, variant and time stay what they are.
        Self(uuid::Uuid::from_u128(self.0.as_u128() ^ 0x1a5a_a5a5_3c3c_c3c3))
    }
}

/// How the work on a case stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Who is responsible: the account and the name as it was written.
    pub responsible: Option<(AccountId, String)>,
    /// Who watches.
    pub watchers: Vec<AccountId>,
}

/// How it stands by the acts of the stream.
#[must_use]
pub fn work(stream: &Case) -> Work {
    let mut work = Work::default();
    for past in &stream.history {
        match (past.act.as_str(), &past.form) {
            ("assign", Some((_, answers))) => {
                work.responsible = AccountId::parse(answers.text("to")).map(|account| (account, answers.text("name").to_owned()));
            }
            ("release", _) => work.responsible = None,
            ("watch", _) if !work.watchers.contains(&past.by) => work.watchers.push(past.by),
            ("unwatch", _) => work.watchers.retain(|account| *account != past.by),
            _ => {}
        }
    }
    work
}

/// Whose a stream is to see: an office by its code, or [`EVERYBODY`].
#[must_use]
pub fn seen_by(office: &OfficeCode, rules: &DefinitionRef) -> OfficeCode {
    if Stream::of(Some(rules)).is_for_all() { OfficeCode(EVERYBODY.to_owned()) } else { office.clone() }
}

/// Stands where an office's code would: no office has it.
pub const EVERYBODY: &str = "*";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::answers::Answers;
    use crate::domain::case::Past;
    use crate::domain::id::CommandId;
    use crate::domain::time::Timestamp;

    #[test]
    fn what_lies_beside_leads_back_and_is_an_id_of_the_same_kind() {
        let case = CaseId::new(Timestamp(1_783_480_800_000), [7; 10]);
        let beside = case.beside();
        assert_ne!(beside, case);
        assert_eq!(beside.beside(), case);
        assert_eq!((beside.0.get_version_num(), beside.0.get_variant()), (7, uuid::Variant::RFC4122));
        assert_eq!(CaseId::parse(&beside.to_string()), Some(beside));
    }

    #[test]
    fn every_stream_that_ships_is_of_its_kind() {
        for set in crate::rules::streams() {
            assert_ne!(Stream::of(Some(&set.pin)), Stream::Case, "{}", set.pin.id);
        }
        for set in crate::rules::sets() {
            assert_eq!(Stream::of(Some(&set.pin)), Stream::Case, "{}", set.pin.id);
        }
        assert_eq!(Stream::of(None), Stream::Case);
    }

    #[test]
    fn the_last_word_says_who_is_responsible_and_each_speaks_for_oneself_in_watching() {
        let account = |n: u8| AccountId::new(Timestamp(i64::from(n)), [n; 10]);
        let mut stream = Case::new(CaseId::new(Timestamp(1), [1; 10]));
        let mut act = |by: u8, act: &str, to: Option<(u8, &str)>| {
            let mut answers = Answers::default();
            if let Some((to, name)) = to {
                answers.set_text("to", account(to).to_string());
                answers.set_text("name", name.to_owned());
            }
            stream.history.push(Past {
                command: CommandId::new(Timestamp(1), [by; 10]),
                by: account(by),
                corrects: Vec::new(),
                act: act.to_owned(),
                at: Timestamp(1),
                strand: None,
                form: Some(("assignment".to_owned(), answers)),
            });
            work(&stream)
        };
        assert_eq!(act(1, "note", None), Work::default());
        assert_eq!(act(1, "assign", Some((2, "Yusuf"))).responsible, Some((account(2), "Yusuf".to_owned())));
        assert_eq!(act(2, "assign", Some((1, "Rina"))).responsible, Some((account(1), "Rina".to_owned())));
        assert_eq!(act(2, "watch", None).watchers, [account(2)]);
        act(2, "watch", None);
        assert_eq!(act(1, "watch", None).watchers, [account(2), account(1)]);
        assert_eq!(act(2, "unwatch", None).watchers, [account(1)]);
        assert_eq!(act(1, "release", None).responsible, None);
    }
}
