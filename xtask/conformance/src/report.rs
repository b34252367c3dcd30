//! What was found: for people, and the same for machines.

use std::fmt::Write as _;

use serde::Serialize;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It holds.
    Held,
    /// It does not.
    Failed,
    /// It was not asked, or could not be.
    Skipped,
}

/// One check and how it ended.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// Its name.
    pub id: &'static str,
    /// The level it belongs to.
    pub level: u8,
    /// The contract's article.
    pub article: &'static str,
    /// What holds where it is met.
    pub holds: &'static str,
    /// How it ended.
    pub verdict: Verdict,
    /// What went wrong, or why it was not asked.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub found: String,
    /// How to mend it, if it failed.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub mend: &'static str,
}

/// A run's report.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The backend's address.
    pub url: String,
    /// What it calls itself.
    pub name: String,
    /// The level that was asked.
    pub level: u8,
    /// The checks in order.
    pub findings: Vec<Finding>,
}

impl Report {
    /// How many ended so.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        self.findings.iter().filter(|finding| finding.verdict == verdict).count()
    }

    /// Did everything hold that was asked, and was anything asked?
    #[must_use]
    pub fn conforms(&self) -> bool {
        self.count(Verdict::Failed) == 0 && self.count(Verdict::Held) > 0
    }

    /// The finding of a check.
    #[must_use]
    pub fn of(&self, id: &str) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.id == id)
    }

    /// For people.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("SIPS contract 1, level {}: {} at {}\n\n", self.level, self.name, self.url);
        let width = self.findings.iter().map(|finding| finding.id.len()).max().unwrap_or_default();
        for finding in &self.findings {
            let (mark, reason) = match finding.verdict {
                Verdict::Held => ("held  ", String::new()),
                Verdict::Failed => ("FAILED", String::new()),
                Verdict::Skipped => ("passed over", format!(" ({})", finding.found)),
            };
            let _ = writeln!(text, "{mark:11}  {:width$}  {}{reason}", finding.id, finding.holds);
        }
        for finding in self.findings.iter().filter(|finding| finding.verdict == Verdict::Failed) {
            let _ = write!(
                text,
                "\n{}\n  should hold  {}\n  says         CONTRACT.md, \"{}\" (level {})\n  was found    {}\n  to mend      {}\n",
                finding.id, finding.holds, finding.article, finding.level, finding.found, finding.mend
            );
        }
        let _ = writeln!(
            text,
            "\n{} held, {} failed, {} passed over",
            self.count(Verdict::Held),
            self.count(Verdict::Failed),
            self.count(Verdict::Skipped)
        );
        text
    }

    /// For machines.
    #[must_use]
    pub fn json(&self) -> String {
        // Text keys only, so that it always has a JSON form.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}
