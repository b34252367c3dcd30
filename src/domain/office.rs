//! Offices, their levels and hours, and the roles of the people who work there.
//! Source: domain notes §2; the permission matrix §2.3 is an inference (mark L).

use serde::{Deserialize, Serialize};

use super::id::AccountId;
use super::rule_set::ActRule;
use super::time::{MinuteOfDay, Zone};

/// The code of the national office.
const NATIONAL: &str = "00";

/// The Kemendagri area code of an office, such as `16.07`; the national office is `00`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OfficeCode(pub String);

impl OfficeCode {
    /// That of the national office.
    #[must_use]
    pub fn national() -> Self {
        Self(NATIONAL.to_owned())
    }

    /// Is it written like an area code: groups of digits with dots between them?
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.0.len() <= 13 && self.0.split('.').all(|group| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit()))
    }

    /// Is the office that of an area, or of one within it? The national office's area is the whole country.
    #[must_use]
    pub fn is_within(&self, area: &Self) -> bool {
        area.0 == NATIONAL || self.0.strip_prefix(&area.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

/// The level of an office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Bawaslu RI.
    National,
    /// Bawaslu Provinsi.
    Province,
    /// Bawaslu Kabupaten/Kota.
    Regency,
    /// Panwaslu Kecamatan: only around an election, only disputes between participants, with a mandate.
    District,
}

/// An office that receives and decides petitions. Names are data: Aceh's are *Panwaslih* and *KIP*.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Office {
    /// Its area code.
    pub code: OfficeCode,
    /// Its level.
    pub level: Level,
    /// The office above it; empty for the national office.
    #[serde(default)]
    pub parent: Option<OfficeCode>,
    /// Its own name.
    pub name: String,
    /// The organiser of the same area: the usual respondent.
    pub organiser: String,
    /// Its zone.
    pub zone: Zone,
    /// The code in its register numbers; offices differ.
    pub register_code: String,
    /// When its last day ends.
    #[serde(default)]
    pub hours: Hours,
}

impl Office {
    /// Does this office stand above another? The national one stands above all; a province's code begins those of its regencies,
    /// a regency's those of its sub-districts.
    #[must_use]
    pub fn is_above(&self, other: &OfficeCode) -> bool {
        match self.level {
            Level::National => other.0 != self.code.0,
            Level::Province | Level::Regency => *other != self.code && other.is_within(&self.code),
            Level::District => false,
        }
    }
}

/// Closing hours on a last day. Offices differ (domain notes §9.3), so that nothing is assumed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hours {
    /// At the counter; `None` while not entered: the day then ends at 24.00.
    #[serde(default)]
    pub counter_closes: Option<MinuteOfDay>,
    /// For what is sent through SIPS; `None` while not entered.
    #[serde(default)]
    pub online_closes: Option<MinuteOfDay>,
}

/// How a petition came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Handed in at the office.
    Counter,
    /// Sent through SIPS.
    Sips,
    /// At the scene, for disputes between participants.
    OnTheSpot,
}

impl Channel {
    /// Reads the stored value.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        match value {
            "counter" => Some(Self::Counter),
            "sips" => Some(Self::Sips),
            "on_the_spot" => Some(Self::OnTheSpot),
            _ => None,
        }
    }
}

impl Hours {
    /// The closing hour for a channel, if one was entered.
    #[must_use]
    pub fn closes(&self, channel: Channel) -> Option<MinuteOfDay> {
        match channel {
            Channel::Counter => self.counter_closes,
            Channel::Sips => self.online_closes,
            Channel::OnTheSpot => None,
        }
    }
}

/// What a person does at an office. Domain notes §2.3, likely.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// *Petugas penerima permohonan*.
    Counter,
    /// *Pejabat struktural*.
    Official,
    /// *Anggota*: a commissioner.
    Member,
    /// *Sekretaris, notulen*.
    Secretary,
    /// *Operator SIPS*.
    Operator,
    /// Watches over the offices of a province.
    ProvinceAdmin,
    /// Watches over all offices.
    NationalAdmin,
    /// *Panwaslu Kecamatan*.
    District,
}

/// Who acts: one account in one office, in one or more roles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Actor {
    /// The account.
    pub account: AccountId,
    /// The person's name.
    pub name: String,
    /// The office acted for.
    pub office: OfficeCode,
    /// Roles in that office.
    pub roles: Vec<Role>,
}

impl Actor {
    /// The roles in which this person may perform an act, each once, in the order in which the rule set names them.
    #[must_use]
    pub fn roles_for(&self, act: &ActRule) -> Vec<Role> {
        let mut roles = Vec::new();
        for role in act.by.all().filter(|role| self.roles.contains(role)) {
            if !roles.contains(&role) {
                roles.push(role);
            }
        }
        roles
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_office_stands_above_those_whose_codes_begin_with_its_own() {
        let office = |code: &str, level| Office {
            code: OfficeCode(code.into()),
            level,
            parent: None,
            name: String::new(),
            organiser: String::new(),
            zone: Zone::Wib,
            register_code: String::new(),
            hours: Hours::default(),
        };
        let above = |office: &Office, codes: &[&str]| -> Vec<bool> {
            codes.iter().map(|code| office.is_above(&OfficeCode((*code).into()))).collect()
        };
        let codes = ["00", "16", "16.07", "16.07.03", "16.08", "16.08.01", "161"];
        assert_eq!(above(&office("00", Level::National), &codes), [false, true, true, true, true, true, true]);
        assert_eq!(above(&office("16", Level::Province), &codes), [false, false, true, true, true, true, false]);
        assert_eq!(above(&office("16.07", Level::Regency), &codes), [false, false, false, true, false, false, false]);
        assert_eq!(above(&office("16.07.03", Level::District), &codes), [false; 7]);
    }
}
