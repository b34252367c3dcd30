//! L03 to L06: keys, both languages, sources and marks.

use serde_json::Value;
use sips_lapangan::domain::json;
use sips_lapangan::domain::rule_set::Mark;

use super::{Check, Weight};

/// L03: keys are in snake_case and the file lies where its id and version say. L08: the digest of a published version stays.
pub(super) fn keys(check: &mut Check<'_>) {
    let set = check.set;
    let mut named: Vec<String> = Vec::new();
    for (table, keys) in [
        ("strand", set.strand.keys().collect::<Vec<_>>()),
        ("state", set.state.keys().collect()),
        ("act", set.act.keys().collect()),
        ("guard", set.guard.keys().collect()),
        ("counter", set.counter.keys().collect()),
        ("switch", set.switch.keys().collect()),
        ("deadline", set.deadline.keys().collect()),
        ("paper", set.paper.keys().collect()),
        ("list", set.list.keys().collect()),
        ("form", set.form.keys().collect()),
        ("field", set.field.keys().collect()),
    ] {
        named.extend(keys.into_iter().map(|key| format!("{table}.{key}")));
    }
    for (form, fields) in set.field.iter() {
        named.extend(fields.keys().map(|field| format!("field.{form}.{field}")));
    }
    for path in named {
        let key = path.rsplit('.').next().unwrap_or_default();
        if !is_snake_case(key) || path.split('.').count() > 3 {
            check.error(3, &path, &format!("kunci `{key}` bukan snake_case"), &format!("key `{key}` is not snake_case"));
        }
    }
    let path = &check.file.path;
    let folder = path.parent().and_then(|folder| folder.file_name()).map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if folder != set.id || stem != set.version.to_string() {
        let place = format!("{}/{}.toml", set.id, set.version);
        check.error(3, "id", &format!("berkas seharusnya di {place}"), &format!("the file belongs at {place}"));
    }
    let place = format!("sets/{}/{}", set.id, set.version);
    if let (Some(published), Some(pin)) = (check.tree.lock.get(&place), check.file.pin())
        && *published != pin.digest.to_string()
    {
        check.error(8, "version", "versi yang sudah terbit telah diubah", "a published version was changed");
    }
    // The build writes this JSON; reading it again must give the same.
    let written = check.file.json.as_ref().map(json::write);
    let again = serde_json::from_str(&json::write(set)).ok();
    if written.is_none() || again.as_ref() != Some(set) {
        check.error(8, "", "JSON kanonis tidak dapat diulang", "the canonical JSON cannot be made again");
    }
}

/// Small letters, digits and single underscores between them.
pub(super) fn is_snake_case(key: &str) -> bool {
    !key.is_empty()
        && key.split('_').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

/// L04: both languages are filled, and their placeholders are the same and mean something.
pub(super) fn languages(check: &mut Check<'_>) {
    let Some(json) = check.file.json.clone() else { return };
    let mut texts = Vec::new();
    collect(&json, "", &mut texts);
    for (key, id, en) in texts {
        if id.trim().is_empty() || en.trim().is_empty() {
            check.error(4, &key, "teks kosong dalam satu bahasa", "a text is empty in one language");
        }
        let (ids, ens) = (placeholders(&id), placeholders(&en));
        if ids != ens {
            check.error(4, &key, &format!("isian berbeda: {ids:?} dan {ens:?}"), &format!("placeholders differ: {ids:?} and {ens:?}"));
        }
        for placeholder in ids.iter().chain(&ens) {
            let deadline = placeholder.strip_prefix("due:").filter(|_| key.starts_with("guard."));
            if deadline.is_none_or(|deadline| !check.set.deadline.contains_key(deadline)) {
                let shown = format!("{{{placeholder}}}");
                check.error(4, &key, &format!("isian {shown} tidak dikenal di sini"), &format!("placeholder {shown} means nothing here"));
            }
        }
        if id.chars().chain(en.chars()).any(char::is_control) {
            check.error(4, &key, "ada karakter kendali", "there is a control character");
        }
    }
}

fn collect(value: &Value, key: &str, texts: &mut Vec<(String, String, String)>) {
    let below = |part: &str| if key.is_empty() { part.to_owned() } else { format!("{key}.{part}") };
    match value {
        Value::Object(map) => {
            if let (Some(Value::String(id)), Some(Value::String(en))) = (map.get("id"), map.get("en")) {
                texts.push((key.to_owned(), id.clone(), en.clone()));
            }
            map.iter().for_each(|(part, item)| collect(item, &below(part), texts));
        }
        Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| collect(item, &below(&index.to_string()), texts)),
        _ => {}
    }
}

fn placeholders(text: &str) -> Vec<String> {
    let mut found: Vec<String> = text.split('{').skip(1).map(|part| part.split('}').next().unwrap_or_default().to_owned()).collect();
    found.sort();
    found
}

/// L05: every entry names sources that exist. L06: a mark is no surer than its sources.
pub(super) fn sources(check: &mut Check<'_>) {
    let set = check.set;
    let mut entries: Vec<(String, &[String], Mark)> = vec![("applies".into(), &set.applies.src, set.applies.mark)];
    let mut add = |table: &str, key: &str, src, mark| entries.push((format!("{table}.{key}"), src, mark));
    set.strand.iter().for_each(|(key, entry)| add("strand", key, &entry.src, entry.mark));
    set.switch.iter().for_each(|(key, entry)| add("switch", key, &entry.src, entry.mark));
    set.state.iter().for_each(|(key, entry)| add("state", key, &entry.src, entry.mark));
    set.act.iter().for_each(|(key, entry)| add("act", key, &entry.src, entry.mark));
    set.guard.iter().for_each(|(key, entry)| add("guard", key, &entry.src, entry.mark));
    set.paper.iter().for_each(|(key, entry)| add("paper", key, &entry.src, entry.mark));
    set.list.iter().for_each(|(key, entry)| add("list", key, &entry.src, entry.mark));
    set.form.iter().for_each(|(key, entry)| add("form", key, &entry.src, entry.mark));
    for (key, deadline) in set.deadline.iter() {
        let readings = deadline.readings.iter().enumerate();
        entries.extend(readings.map(|(index, reading)| (format!("deadline.{key}.readings.{index}"), reading.src.as_slice(), reading.mark)));
    }
    for (key, src, mark) in entries {
        if src.is_empty() {
            check.error(5, &key, "tanpa sumber", "it has no source");
        }
        let Some(known) = check.tree.sources.as_ref().and_then(|file| file.value.as_ref()) else { continue };
        for name in src.iter().filter(|name| !known.contains_key(*name)) {
            check.error(5, &key, &format!("sumber `{name}` tidak ada di sources.toml"), &format!("source `{name}` is not in sources.toml"));
        }
        if mark != Mark::Confirmed {
            continue;
        }
        let hows: Vec<&str> = src.iter().filter_map(|name| known.get(name)).map(|source| source.how.as_str()).collect();
        let read = hows.contains(&"text");
        let reported = hows.iter().filter(|how| !matches!(**how, "older_rule" | "inference")).count();
        if !read && reported == 0 && !hows.is_empty() {
            check.error(
                6,
                &key,
                "tanda C hanya dari aturan lama atau simpulan; paling tinggi L",
                "mark C from older rules or inferences alone; at most L",
            );
        } else if !read && reported == 1 {
            check.add(6, Weight::Note, &key, "tanda C dari satu sumber yang bukan naskah", "mark C from one source that is not the text");
        }
    }
}
