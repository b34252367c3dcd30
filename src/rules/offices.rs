//! The table of offices, `offices.csv`: part of servers, native tests and training, a file beside the app at work in the browser.
//! The table has its own licence, see `offices.LICENSE.md`.

use std::sync::OnceLock;

use crate::domain::office::{Hours, Level, Office, OfficeCode};
use crate::domain::text::read_time;
use crate::domain::time::Zone;

/// The table as it stands in its file.
pub const TABLE: &str = include_str!("offices.csv");

/// The permanent offices: national, provinces, regencies and cities. A server may know more, and sends an officer's own
/// with the account.
pub fn offices() -> &'static [Office] {
    static OFFICES: OnceLock<Vec<Office>> = OnceLock::new();
    OFFICES.get_or_init(|| read(TABLE))
}

/// The rows of a table of offices; lines that are none are left out.
#[must_use]
pub fn read(table: &str) -> Vec<Office> {
    table.lines().skip(1).filter_map(office).collect()
}

fn office(line: &str) -> Option<Office> {
    let cells: Vec<&str> = line.split(',').collect();
    let [code, level, parent, name, organiser, zone, register_code, counter, online, _source, _mark] = cells[..] else { return None };
    Some(Office {
        code: OfficeCode(code.to_owned()),
        level: match level {
            "national" => Level::National,
            "province" => Level::Province,
            "regency" => Level::Regency,
            "district" => Level::District,
            _ => return None,
        },
        parent: (!parent.is_empty()).then(|| OfficeCode(parent.to_owned())),
        name: name.to_owned(),
        organiser: organiser.to_owned(),
        zone: match zone {
            "WIB" => Zone::Wib,
            "WITA" => Zone::Wita,
            "WIT" => Zone::Wit,
            _ => return None,
        },
        register_code: register_code.to_owned(),
        hours: Hours { counter_closes: read_time(counter), online_closes: read_time(online) },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    fn of_level(level: Level) -> impl Iterator<Item = &'static Office> {
        offices().iter().filter(move |office| office.level == level)
    }

    fn by_code() -> BTreeMap<&'static str, &'static Office> {
        offices().iter().map(|office| (office.code.0.as_str(), office)).collect()
    }

    #[test]
    fn every_permanent_office_has_one_row() {
        assert_eq!(TABLE.lines().count() - 1, 553, "rows of the file");
        assert_eq!(offices().len(), 553, "rows that could be read");
        assert_eq!(by_code().len(), 553, "codes are unique");
        let counts = [Level::National, Level::Province, Level::Regency, Level::District].map(|level| of_level(level).count());
        assert_eq!(counts, [1, 38, 514, 0]);
    }

    #[test]
    fn rows_are_in_the_order_of_their_codes() {
        assert!(offices().is_sorted_by(|a, b| a.code < b.code));
    }

    #[test]
    fn a_code_has_the_shape_of_its_level_and_holds_its_parent() {
        let digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        for office in offices() {
            let code = office.code.0.as_str();
            let parent = office.parent.as_ref().map(|parent| parent.0.as_str());
            let fits = match office.level {
                Level::National => code == "00" && parent.is_none(),
                Level::Province => digits(code) && parent == Some("00"),
                Level::Regency => code.split_once('.').is_some_and(|(a, b)| digits(a) && digits(b) && parent == Some(a)),
                Level::District => false,
            };
            assert!(fits, "{office:?}");
        }
    }

    #[test]
    fn each_parent_exists_and_is_of_the_level_above() {
        let by_code = by_code();
        for office in offices().iter().filter(|office| office.level != Level::National) {
            let parent = office.parent.as_ref().and_then(|parent| by_code.get(parent.0.as_str()));
            let above = if office.level == Level::Regency { Level::Province } else { Level::National };
            assert_eq!(parent.map(|parent| parent.level), Some(above), "{}", office.name);
        }
    }

    #[test]
    fn each_province_has_an_office_below_it() {
        let parents: BTreeSet<_> = of_level(Level::Regency).filter_map(|office| office.parent.as_ref()).collect();
        assert_eq!(parents, of_level(Level::Province).map(|office| &office.code).collect());
    }

    /// Domain notes §9.2, by area code: Sumatra 11 to 21, Java 31 to 36, Bali and Nusa Tenggara 51 to 53, Kalimantan 61 to 65,
    /// Sulawesi 71 to 76, Maluku 81 and 82, Papua 91 to 96.
    #[test]
    fn the_zone_is_that_of_the_province() {
        let zones: [(Zone, &[&str]); 3] = [
            (Zone::Wib, &["11", "12", "13", "14", "15", "16", "17", "18", "19", "21", "31", "32", "33", "34", "35", "36", "61", "62"]),
            (Zone::Wita, &["51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76"]),
            (Zone::Wit, &["81", "82", "91", "92", "93", "94", "95", "96"]),
        ];
        assert_eq!(zones.map(|(_, provinces)| provinces.len()), [18, 12, 8]);
        for (zone, expected) in zones {
            let provinces: Vec<_> = of_level(Level::Province).filter(|office| office.zone == zone).map(|office| &office.code.0).collect();
            assert_eq!(provinces, expected, "{zone:?}");
        }
        let by_code = by_code();
        for office in of_level(Level::Regency) {
            let province = office.parent.as_ref().and_then(|parent| by_code.get(parent.0.as_str()));
            assert_eq!(province.map(|province| province.zone), Some(office.zone), "{}", office.name);
        }
    }

    #[test]
    fn names_are_whole_and_no_two_offices_share_one() {
        for office in offices() {
            for text in [&office.name, &office.organiser, &office.register_code] {
                assert!(!text.is_empty() && text.trim() == text && !text.contains("  "), "{office:?}");
            }
            let words = office.name.split(' ').all(|word| word == "dan" || word.starts_with(|first: char| first.is_uppercase()));
            assert!(words, "{}", office.name);
        }
        let names: BTreeSet<_> = offices().iter().map(|office| &office.name).collect();
        let register_codes: BTreeSet<_> = offices().iter().map(|office| &office.register_code).collect();
        assert_eq!((names.len(), register_codes.len()), (553, 553));
    }

    /// Only Aceh has *Panwaslih* and *KIP*; office and organiser are of the same area everywhere.
    #[test]
    fn the_organiser_is_that_of_the_same_area() {
        for office in offices() {
            let (body, organiser) = if office.code.0.starts_with("11") { ("Panwaslih ", "KIP ") } else { ("Bawaslu ", "KPU ") };
            let area = office.name.strip_prefix(body);
            assert!(area.is_some() && area == office.organiser.strip_prefix(organiser), "{office:?}");
            let kinds: &[&str] = match office.level {
                Level::National => &["Republik "],
                Level::Province => &["Provinsi "],
                Level::Regency | Level::District => &["Kabupaten ", "Kota "],
            };
            assert!(kinds.iter().any(|kind| area.is_some_and(|area| area.starts_with(kind))), "{}", office.name);
        }
    }

    /// The numbers that were seen in print, domain notes §5.4; elsewhere the area code without its dot is the guess.
    #[test]
    fn register_codes_are_as_printed() {
        let printed = BTreeMap::from([
            ("00", "Bawaslu"),
            ("15.01", "15.1501"),
            ("18.09", "1809"),
            ("32.12", "JB-09"),
            ("33.24", "33.3324"),
            ("35.78", "3578"),
            ("76", "76"),
        ]);
        for office in offices() {
            let guess = office.code.0.replace('.', "");
            let expected = printed.get(office.code.0.as_str()).copied().unwrap_or(&guess);
            assert_eq!(office.register_code, expected, "{}", office.name);
        }
    }

    #[test]
    fn every_row_names_a_listed_source_and_a_mark() {
        for line in TABLE.lines().skip(1) {
            let mut cells = line.rsplit(',');
            assert!(cells.next().is_some_and(|mark| ["C", "L", "U"].contains(&mark)), "{line}");
            assert!(cells.next().is_some_and(|source| crate::rules::sources().contains_key(source)), "{line}");
        }
    }
}
