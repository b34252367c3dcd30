//! Official numbers by template. Only a server issues them: what a device prints by one is an example of the template.
//! Shapes seen in practice: domain notes §5.4 (styles differ, so that the template is data of the office).

use serde::{Deserialize, Serialize};

use super::office::{Channel, Office};
use super::time::LocalDate;

/// A series of numbers, such as `reception`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberSeries {
    /// Text with the tokens `{seq:N}`, `{office.register_code}`, `{channel}`, `{month:roman}` and `{year}`.
    pub template: String,
    /// What `{channel}` prints for a petition handed in at the counter.
    #[serde(default)]
    pub counter: String,
    /// Likewise for one sent through SIPS; the code in use is not known, so that it is empty and its dot falls away.
    #[serde(default)]
    pub sips: String,
    /// Keys of `sources.toml`.
    pub src: Vec<String>,
    /// How sure.
    pub mark: super::rule_set::Mark,
}

/// Why a template prints no sound number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateProblem {
    /// Not exactly one `{seq:N}` with N from 1 to 6.
    Sequence,
    /// No `{year}`, though the sequence begins again each year.
    Year,
    /// A token that nobody fills in, or a brace that is not closed.
    Token(String),
}

/// What is wrong with a template, if anything.
#[must_use]
pub fn template_problem(template: &str) -> Option<TemplateProblem> {
    let (mut sequences, mut years) = (0, 0);
    let mut rest = template;
    while let Some((before, from)) = rest.split_once('{') {
        let token = from.split_once('}').map(|(token, _)| token).filter(|_| !before.contains('}'));
        match token {
            Some("office.register_code" | "channel" | "month:roman") => {}
            Some("year") => years += 1,
            Some(token) if is_sequence(token) => sequences += 1,
            Some(token) => return Some(TemplateProblem::Token(token.to_owned())),
            None => return Some(TemplateProblem::Token(from.to_owned())),
        }
        rest = from.split_once('}').map_or("", |(_, after)| after);
    }
    if rest.contains('}') {
        return Some(TemplateProblem::Token(rest.to_owned()));
    }
    match (sequences, years) {
        (1, 1..) => None,
        (1, 0) => Some(TemplateProblem::Year),
        _ => Some(TemplateProblem::Sequence),
    }
}

fn is_sequence(token: &str) -> bool {
    token.strip_prefix("seq:").is_some_and(|width| matches!(width.as_bytes(), [b'1'..=b'6']))
}

const ROMAN: [&str; 12] = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];

impl NumberSeries {
    /// Prints the number with sequence `seq` (from 1, restarting each year) for an act on `date`.
    #[must_use]
    pub fn print(&self, seq: u32, office: &Office, channel: Channel, date: LocalDate) -> String {
        let channel = match channel {
            Channel::Counter => &self.counter,
            Channel::Sips => &self.sips,
            Channel::OnTheSpot => "",
        };
        let month = usize::try_from(date.month() - 1).ok().and_then(|index| ROMAN.get(index)).copied().unwrap_or_default();
        let mut text = self
            .template
            .replace("{office.register_code}", &office.register_code)
            .replace("{month:roman}", month)
            .replace("{year}", &date.year().to_string());
        text = if channel.is_empty() { text.replace(".{channel}", "") } else { text.replace("{channel}", channel) };
        for width in 1..=6_usize {
            text = text.replace(&format!("{{seq:{width}}}"), &format!("{seq:0width$}"));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::office::{Hours, Level, OfficeCode};
    use crate::domain::rule_set::Mark;
    use crate::domain::time::Zone;

    #[test]
    fn a_template_prints_a_number_that_comes_once() {
        for sound in ["{seq:3}/PS.REG/{office.register_code}/{month:roman}/{year}", "{seq:1}.{year}", "x{channel}{year}{seq:6}{year}"] {
            assert_eq!(template_problem(sound), None, "{sound}");
        }
        let token = |text: &str| Some(TemplateProblem::Token(text.into()));
        for (template, problem) in [
            ("", Some(TemplateProblem::Sequence)),
            ("{year}", Some(TemplateProblem::Sequence)),
            ("{seq:3}{seq:3}/{year}", Some(TemplateProblem::Sequence)),
            ("{seq:3}", Some(TemplateProblem::Year)),
            ("{seq:0}/{year}", token("seq:0")),
            ("{seq:7}/{year}", token("seq:7")),
            ("{seq:+3}/{year}", token("seq:+3")),
            ("{seq:3}/{year", token("year")),
            ("{seq:3}}/{year}", token("year}")),
            ("{seq:3}/{year}}", token("}")),
            ("{seq:3}/{bulan}/{year}", token("bulan")),
        ] {
            assert_eq!(template_problem(template), problem, "{template}");
        }
    }

    #[test]
    fn numbers_have_the_shape_seen_in_practice() {
        let office = Office {
            code: OfficeCode("18.09".into()),
            level: Level::Regency,
            parent: None,
            name: "Bawaslu Kabupaten Pesawaran".into(),
            organiser: "KPU Kabupaten Pesawaran".into(),
            zone: Zone::Wib,
            register_code: "1809".into(),
            hours: Hours::default(),
        };
        let series = NumberSeries {
            template: "{seq:2}/PS.PNM.{channel}/{office.register_code}/{month:roman}/{year}".into(),
            counter: "LG".into(),
            sips: String::new(),
            src: vec![],
            mark: Mark::Confirmed,
        };
        let date = LocalDate::new(2025, 3, 7).expect("a valid date");
        assert_eq!(series.print(1, &office, Channel::Counter, date), "01/PS.PNM.LG/1809/III/2025");
        assert_eq!(series.print(12, &office, Channel::Sips, date), "12/PS.PNM/1809/III/2025");
    }
}
