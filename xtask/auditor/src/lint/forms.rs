//! L32 to L38: forms, fields, papers, and what nothing uses.

use sips_lapangan::domain::rule_set::{Field, Kind, Need, See};
use std::collections::BTreeSet;

use super::{Check, paths_of, visit};

/// More characters, or rows, than any field may ask for.
const MAX: u32 = 1_000_000;
/// States in which the parties deliberate behind closed doors (domain notes §4.1, 7).
const CLOSED_DOORS: [&str; 2] = ["mediation", "closed_deliberation"];

pub(super) fn check(check: &mut Check<'_>) {
    let set = check.set;
    for (form, rule) in set.form.iter() {
        let path = format!("form.{form}");
        let placed: Vec<&str> = rule.groups.iter().flat_map(|group| group.rows.iter().flatten()).map(String::as_str).collect();
        let keys: BTreeSet<&str> = set.field.get(form).into_iter().flat_map(|fields| fields.keys()).map(String::as_str).collect();
        let once: BTreeSet<&str> = placed.iter().copied().collect();
        if keys.is_empty() {
            check.error(32, &path, "tanpa isian", "it has no field");
        }
        if once.len() != placed.len() || once != keys {
            let odd: Vec<&&str> = once.symmetric_difference(&keys).collect();
            check.error(
                32,
                &path,
                &format!("tiap isian harus ada di tepat satu baris (periksa {odd:?})"),
                &format!("each field stands in exactly one row (see {odd:?})"),
            );
        }
        if rule.groups.iter().flat_map(|group| &group.rows).any(|row| row.is_empty() || row.len() > 2) {
            check.error(32, &path, "satu baris memuat satu atau dua isian", "a row holds one or two fields");
        }
        let groups: BTreeSet<&str> = rule.groups.iter().map(|group| group.key.as_str()).collect();
        if groups.len() != rule.groups.len() {
            check.error(32, &path, "kunci bagian berulang", "a section's key stands twice");
        }
        for (index, key) in placed.iter().enumerate() {
            if let Some(field) = set.field(form, key) {
                look(check, form, key, field, &placed[..index]);
            }
        }
    }
    for form in set.field.keys().filter(|form| !set.form.contains_key(*form)) {
        check.error(32, &format!("field.{form}"), "isian tanpa formulir", "fields without a form");
    }
    for (key, act) in set.act.iter().filter(|(_, act)| set.form.contains_key(&act.form)) {
        let timed = [("on", "at"), ("filed_on", "filed_at")].iter().any(|(on, at)| {
            let is = |field: &str, kind| set.field(&act.form, field).is_some_and(|field| field.kind == kind && field.need == Need::Must);
            is(on, Kind::Date) && is(at, Kind::Time)
        });
        if !timed {
            check.error(
                32,
                &format!("act.{key}.form"),
                "formulir tindakan tidak memuat tanggal dan jam yang wajib",
                "the act's form does not carry its date and time as needed fields",
            );
        }
    }
    circles(check);
    papers(check);
    nothing_unused(check);
}

/// L33, L34, L35 and the suggestions of a field.
fn look(check: &mut Check<'_>, form: &str, key: &str, field: &Field, before: &[&str]) {
    let set = check.set;
    let path = format!("field.{form}.{key}");
    let of = field.of.as_deref().unwrap_or_default();
    let options: BTreeSet<&str> = field.options.iter().map(|option| option.v.as_str()).collect();
    let fits = match field.kind {
        Kind::Choice => options.len() >= 2 && options.len() == field.options.len() && of.is_empty(),
        Kind::Rows => set.form.contains_key(of) && field.add.is_some() && field.code.as_ref().is_some_and(|code| !code.trim().is_empty()),
        Kind::Checklist => set.list.contains_key(of),
        _ => of.is_empty() && options.is_empty(),
    };
    if !fits {
        check.error(
            33,
            &path,
            "pilihan (dua atau lebih, tanpa ulangan), `of`, `add` atau `code` tidak cocok dengan jenisnya",
            "options (two or more, none twice), `of`, `add` or `code` do not fit its kind",
        );
    }
    if field.min > 0 && field.kind != Kind::Rows {
        check.error(33, &path, "`min` hanya untuk bagian berulang", "`min` is for repeated parts");
    }
    if let Some(when) = &field.only_if {
        let mut paths = Vec::new();
        visit(when, 0, &mut |when, _| paths.extend(paths_of(when)));
        for path_read in paths.into_iter().filter(|read| !before.contains(read)) {
            check.error(
                34,
                &format!("{path}.if"),
                &format!("`{path_read}` tidak berada sebelum isian ini"),
                &format!("`{path_read}` does not stand before this field"),
            );
        }
    }
    let max = field.max.unwrap_or(field.kind.max());
    if max == 0 || max > MAX || field.min > max {
        check.error(35, &path, &format!("batas {max} tidak masuk akal"), &format!("the limit {max} makes no sense"));
    }
    if let Some(read) = field.prefill.as_deref().and_then(|prefill| prefill.strip_prefix("case:"))
        && super::field(set, read).is_none_or(|from| from.kind != field.kind)
    {
        check.error(
            17,
            &format!("{path}.prefill"),
            &format!("isian `{read}` tidak ada atau lain jenis"),
            &format!("there is no field `{read}` of this kind"),
        );
    }
}

/// L34: a form that repeats itself inside itself would never end.
fn circles(check: &mut Check<'_>) {
    let set = check.set;
    let inner = |form: &str| -> Vec<&str> {
        let fields = set.field.get(form).into_iter().flat_map(|fields| fields.values());
        fields.filter(|field| field.kind == Kind::Rows).filter_map(|field| field.of.as_deref()).collect()
    };
    for form in set.form.keys() {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut open = inner(form);
        while let Some(next) = open.pop() {
            if next == form {
                check.error(34, &format!("form.{form}"), "formulir memuat dirinya sendiri", "the form contains itself");
                break;
            }
            if seen.insert(next) {
                open.extend(inner(next));
            }
        }
    }
}

/// L36 and L37.
fn papers(check: &mut Check<'_>) {
    let set = check.set;
    for (key, paper) in set.paper.iter() {
        let path = format!("paper.{key}");
        let Some(act) = set.act.get(&paper.of) else {
            check.error(36, &path, &format!("tindakan `{}` tidak ada", paper.of), &format!("there is no act `{}`", paper.of));
            continue;
        };
        let numbered = paper.no.is_empty()
            || ["PSPP-", "PSP-"].iter().any(|start| {
                paper.no.strip_prefix(start).is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
            });
        if !numbered {
            check.warn(36, &path, &format!("nomor formulir `{}` tidak lazim", paper.no), &format!("form number `{}` is unusual", paper.no));
        }
        let behind_doors = !act.from.is_empty() && act.from.iter().all(|from| CLOSED_DOORS.contains(&from.as_str()));
        if paper.see == See::Public && behind_doors {
            check.error(37, &path, "isi mediasi tidak pernah terbuka untuk umum", "what is said in mediation is never public");
        }
    }
}

/// L38: lists, forms and strands that nothing leads to.
fn nothing_unused(check: &mut Check<'_>) {
    let set = check.set;
    let of: BTreeSet<&str> = set.field.values().flat_map(|fields| fields.values()).filter_map(|field| field.of.as_deref()).collect();
    for key in set.list.keys().filter(|key| !of.contains(key.as_str())) {
        check.warn(38, &format!("list.{key}"), "tidak dipakai daftar periksa mana pun", "no checklist uses it");
    }
    for key in set.form.keys().filter(|key| !of.contains(key.as_str()) && !set.act.values().any(|act| act.form == **key)) {
        check.warn(38, &format!("form.{key}"), "tidak dipakai tindakan mana pun", "no act uses it");
    }
    for (key, list) in set.list.iter() {
        let rows: BTreeSet<&str> = list.rows.iter().map(|row| row.v.as_str()).collect();
        if rows.len() != list.rows.len() || rows.is_empty() {
            check.error(33, &format!("list.{key}.rows"), "baris kosong atau berulang", "there are no rows, or one stands twice");
        }
    }
}
