//! What a list of cases shows, and in which order: kept in the address, so that it can be shared and "back" returns to it.

use super::docket::{Line, Press};
use super::id::AccountId;
use super::query;
use super::rule_set::RuleSet;
use super::time::{LocalDate, Timestamp, Zone};

/// A choice of cases. An empty text chooses nothing and lets everything through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Words that are looked for.
    pub text: String,
    /// A track, by the id of its rule set.
    pub track: String,
    /// A stage of the case: [`stage`].
    pub stage: String,
    /// How it ended: a column of the recap, or an outcome of the decision.
    pub outcome: String,
    /// The kind of election.
    pub kind: String,
    /// How the petition came in.
    pub channel: String,
    /// An office by its code, with those in its area.
    pub office: String,
    /// Filed on this day or later, `YYYY-MM-DD`.
    pub from: String,
    /// Filed on this day or earlier.
    pub until: String,
    /// How pressing the next deadline is: `lewat`, `hari-ini`, `besok`, `pekan`, `tanpa`.
    pub due: String,
    /// Only what has not reached the server: `ya`.
    pub unsent: String,
    /// Who is responsible: `saya`, `pantau` for what I watch, `tanpa` for nobody.
    pub work: String,
    /// The order: empty for news first, else `tenggat`, `masuk`, `nomor`.
    pub order: String,
    /// How many lines are shown, beyond the first part.
    pub more: String,
}

/// Names of the parts in an address, in the order in which they are written.
const PARTS: [&str; 14] = [
    "cari",
    "jalur",
    "tahap",
    "hasil",
    "jenis",
    "saluran",
    "kantor",
    "dari",
    "sampai",
    "tenggat",
    "belum-terkirim",
    "tugas",
    "urut",
    "tampil",
];

impl Filter {
    fn parts(&self) -> [&String; 14] {
        [
            &self.text,
            &self.track,
            &self.stage,
            &self.outcome,
            &self.kind,
            &self.channel,
            &self.office,
            &self.from,
            &self.until,
            &self.due,
            &self.unsent,
            &self.work,
            &self.order,
            &self.more,
        ]
    }

    /// A part by its name in the address, to be changed.
    pub fn part_mut(&mut self, name: &str) -> Option<&mut String> {
        let parts = [
            &mut self.text,
            &mut self.track,
            &mut self.stage,
            &mut self.outcome,
            &mut self.kind,
            &mut self.channel,
            &mut self.office,
            &mut self.from,
            &mut self.until,
            &mut self.due,
            &mut self.unsent,
            &mut self.work,
            &mut self.order,
            &mut self.more,
        ];
        PARTS.iter().zip(parts).find(|(part, _)| **part == name).map(|(_, value)| value)
    }

    /// A part by its name in the address.
    #[must_use]
    pub fn part(&self, name: &str) -> &str {
        PARTS.iter().zip(self.parts()).find(|(part, _)| **part == name).map_or("", |(_, value)| value)
    }

    /// The names of the parts that narrow the list, without words, order and length.
    pub fn narrowing(&self) -> impl Iterator<Item = &'static str> + '_ {
        PARTS[1..12].iter().copied().filter(|part| !self.part(part).is_empty())
    }

    /// Reads the query of an address. What is unknown or cannot be read is passed over.
    #[must_use]
    pub fn parse(query: &str) -> Self {
        let mut filter = Self::default();
        for (name, value) in query::read(query) {
            if let Some(part) = filter.part_mut(&name) {
                *part = value.chars().take(200).collect();
            }
        }
        filter
    }

    /// The query of an address, with its question mark; empty if nothing is chosen.
    #[must_use]
    pub fn query(&self) -> String {
        query::write(PARTS.iter().zip(self.parts()).map(|(name, value)| (*name, value.as_str())))
    }

    /// The query of an address with this choice in place of its own, and whatever else it says.
    #[must_use]
    pub fn within(&self, query: &str) -> String {
        let others = query::read(query).into_iter().filter(|(name, _)| !PARTS.contains(&name.as_str())).collect::<Vec<_>>();
        let own = PARTS.iter().zip(self.parts()).map(|(name, value)| (*name, value.as_str()));
        query::write(own.chain(others.iter().map(|(name, value)| (name.as_str(), value.as_str()))))
    }

    /// Does a case fit, its words aside? `me` is who asks.
    #[must_use]
    pub fn lets_through(&self, line: &Line, rules: Option<&RuleSet>, me: Option<AccountId>, zone: Zone, now: Timestamp) -> bool {
        let fits = |wanted: &str, is: &str| wanted.is_empty() || wanted == is;
        let filed = line.filed_at.map(|at| at.in_zone(zone).date);
        let day = |text: &str| LocalDate::parse(text);
        let outcome = || [line.end.as_deref(), line.outcome.as_deref()].into_iter().flatten().any(|is| is == self.outcome);
        fits(&self.track, line.rules.as_ref().map_or("", |pin| pin.id.as_str()))
            && fits(&self.stage, stage(line, rules))
            && (self.outcome.is_empty() || outcome())
            && fits(&self.kind, line.choice("election_kind"))
            && fits(&self.channel, line.choice("channel"))
            && (self.office.is_empty() || line.office.as_ref().is_some_and(|office| office.0.starts_with(&self.office)))
            && day(&self.from).is_none_or(|from| filed.is_some_and(|filed| filed >= from))
            && day(&self.until).is_none_or(|until| filed.is_some_and(|filed| filed <= until))
            && (self.due.is_empty() || self.due == due_key(line, zone, now))
            && (self.unsent.is_empty() || line.unsent)
            && match self.work.as_str() {
                "" => true,
                "pantau" => me.is_some_and(|me| line.work.watchers.contains(&me)),
                "tanpa" => line.work.responsible.is_none(),
                _ => me.is_some() && line.work.responsible.as_ref().map(|(account, _)| *account) == me,
            }
    }
}

/// The part of the procedure that a case is in: the users' word that the rule set lays over its states, else the state.
#[must_use]
pub fn stage<'a>(line: &'a Line, rules: Option<&'a RuleSet>) -> &'a str {
    rules.and_then(|rules| rules.state.get(&line.state)?.group.as_deref()).unwrap_or(&line.state)
}

/// How pressing the next deadline of a case is, as the address says it.
#[must_use]
pub fn due_key(line: &Line, zone: Zone, now: Timestamp) -> &'static str {
    match line.next_due().map(|due| due.press(now, now.in_zone(zone).date)) {
        None => "tanpa",
        Some(Press::Overdue) => "lewat",
        Some(Press::Today) => "hari-ini",
        Some(Press::Tomorrow) => "besok",
        Some(Press::Week) => "pekan",
        Some(Press::Later) => "nanti",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_address_says_what_was_chosen(text in "\\PC{0,40}", track in "[a-z-]{0,20}", from in "(2026-0[1-9]-10)?") {
            let filter = Filter { text: text.clone(), track, from, ..Filter::default() };
            prop_assert_eq!(Filter::parse(&filter.query()), filter);
        }

        #[test]
        fn no_address_makes_it_panic(query in any::<String>()) {
            let _ = Filter::parse(&query).query();
        }
    }

    #[test]
    fn what_else_an_address_says_stays_beside_the_choice() {
        let filter = Filter { order: "tenggat".to_owned(), ..Filter::default() };
        assert_eq!(filter.within("?urut=masuk&oleh=rina&cari=a"), "?urut=tenggat&oleh=rina");
        assert_eq!(Filter::default().within("urut=masuk"), "");
    }

    #[test]
    fn what_is_unknown_in_an_address_is_passed_over() {
        let filter = Filter::parse("?cari=a%20b+c&x=1&tahap=%E0%A4%A&jalur&hasil=lapsed");
        assert_eq!(filter, Filter { text: "a b c".into(), outcome: "lapsed".into(), ..Filter::default() });
        assert_eq!(filter.narrowing().collect::<Vec<_>>(), ["hasil"]);
    }
}
