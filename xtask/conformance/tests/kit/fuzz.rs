//! Seeded requests made from the published document: its addresses and methods, bodies of its schemas and damaged ones, odd headers.
//! The reference backend never answers 5xx, and every answer is as the document says.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use sips_conformance::settings::seeded;
use sips_lapangan::rules;
use ureq::http::Request;

use crate::backend::{Backend, ORIGIN};

const DOCUMENT: &str = include_str!("../../../../tests/backend/openapi.json");
const SEED: u64 = 20_260_708;
const REQUESTS: usize = 3_000;
const DEVICE: &str = "01980000-0000-7000-8000-0000000000f0";
/// How deep a value is made.
const DEEP: u32 = 6;

/// A stream of numbers that is the seed's own (SplitMix64, of which only the spread matters here).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).expect("it fits")
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let at = self.below(from.len());
        &from[at]
    }

    fn hex(&mut self, digits: usize) -> String {
        (0..digits).map(|_| format!("{:x}", self.below(16))).collect()
    }
}

/// The document, and what is made from it.
struct Document {
    root: Value,
    /// Texts of its examples, so that some of what is made has a meaning.
    texts: Vec<String>,
    /// Validators by the place of their schema.
    validators: BTreeMap<String, jsonschema::Validator>,
}

impl Document {
    fn read() -> Self {
        let root: Value = serde_json::from_str(DOCUMENT).expect("JSON");
        let mut texts = BTreeSet::new();
        gather(&root, false, &mut texts);
        Self { root, texts: texts.into_iter().collect(), validators: BTreeMap::new() }
    }

    fn resolved<'a>(&'a self, part: &'a Value) -> &'a Value {
        match part["$ref"].as_str() {
            Some(target) => self.resolved(self.root.pointer(target.trim_start_matches('#')).expect("a target")),
            None => part,
        }
    }

    /// A value that has the shape of a schema.
    fn shaped(&self, schema: &Value, chance: &mut Chance, depth: u32) -> Value {
        let schema = self.resolved(schema);
        for choice in ["anyOf", "oneOf", "enum"] {
            if let Some(choices) = schema[choice].as_array() {
                let chosen = chance.pick(choices);
                return if choice == "enum" { chosen.clone() } else { self.shaped(chosen, chance, depth) };
            }
        }
        match schema["type"].as_str() {
            Some("object") => self.object(schema, chance, depth),
            Some("array") if depth == 0 => json!([]),
            Some("array") => {
                let least = schema["minItems"].as_u64().map_or(0, |least| usize::try_from(least).expect("it fits"));
                let length = least + chance.below(3);
                (0..length).map(|_| self.shaped(&schema["items"], chance, depth - 1)).collect()
            }
            Some("string") => self.string(schema, chance).into(),
            Some("integer") => {
                let least = schema["minimum"].as_i64().unwrap_or(-3);
                (least + i64::try_from(chance.below(5)).expect("it fits")).into()
            }
            Some("boolean") => chance.one_in(2).into(),
            _ => Value::Null,
        }
    }

    fn object(&self, schema: &Value, chance: &mut Chance, depth: u32) -> Value {
        let mut object = serde_json::Map::new();
        let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (key, of) in schema["properties"].as_object().into_iter().flatten() {
            if required.contains(&key.as_str()) || (depth > 0 && chance.one_in(2)) {
                object.insert(key.clone(), self.shaped(of, chance, depth.saturating_sub(1)));
            }
        }
        if schema["additionalProperties"].is_object() && depth > 0 {
            for _ in 0..chance.below(3) {
                object.insert(chance.pick(&self.texts).clone(), self.shaped(&schema["additionalProperties"], chance, depth - 1));
            }
        }
        object.into()
    }

    fn string(&self, schema: &Value, chance: &mut Chance) -> String {
        let pattern = schema["pattern"].as_str().unwrap_or_default();
        match schema["format"].as_str() {
            Some("date-time") => return format!("2026-07-0{}T0{}:20:00.000Z", 1 + chance.below(9), chance.below(4)),
            Some("date") => return format!("2026-07-{:02}", 1 + chance.below(28)),
            _ => {}
        }
        if pattern.contains("[0-9a-f]{12}") {
            return format!("{}-{}-7{}-8{}-{}", chance.hex(8), chance.hex(4), chance.hex(3), chance.hex(3), chance.hex(12));
        }
        if pattern.contains("{64}") {
            return chance.hex(64);
        }
        chance.pick(&self.texts).clone()
    }

    /// What the schema at a place of the document finds wrong with a value.
    fn wrong(&mut self, place: &str, value: &Value) -> Option<String> {
        if !self.validators.contains_key(place) {
            let mut schema = self.root.pointer(place).expect("a schema").clone();
            schema["components"] = self.root["components"].clone();
            let validator = jsonschema::draft202012::options().should_validate_formats(true).build(&schema).expect("a schema");
            self.validators.insert(place.to_owned(), validator);
        }
        let first = self.validators[place].iter_errors(value).next();
        first.map(|error| format!("{}: {error}", error.instance_path()))
    }
}

/// Texts that stand in examples.
fn gather(value: &Value, within: bool, texts: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| gather(value, within || key == "example", texts)),
        Value::Array(items) => items.iter().for_each(|item| gather(item, within, texts)),
        Value::String(text) if within && !text.is_empty() => {
            texts.insert(text.clone());
        }
        _ => {}
    }
}

/// Something that no schema asks for.
fn junk(chance: &mut Chance) -> Value {
    let values = [
        Value::Null,
        json!(true),
        json!(-1),
        json!(1.5),
        json!(1e300),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(""),
        json!("\u{0}"),
        json!("\u{202e}🎉"),
        json!("x".repeat(3_000)),
        json!("9999-12-31T23:59:59Z"),
        json!("-0001-01-01T00:00:00+23:59"),
        json!([]),
        json!([[[]]]),
        json!({}),
        json!({ "a": { "b": [1] } }),
    ];
    chance.pick(&values).clone()
}

/// Changes one part of a value.
fn damage(value: &mut Value, chance: &mut Chance) {
    match value {
        Value::Object(map) if !map.is_empty() && !chance.one_in(5) => {
            let keys: Vec<String> = map.keys().cloned().collect();
            let key = chance.pick(&keys).clone();
            match chance.below(4) {
                0 => {
                    map.remove(&key);
                }
                1 => {
                    map.insert(format!("{key}x"), junk(chance));
                }
                _ => damage(map.get_mut(&key).expect("a key of the map"), chance),
            }
        }
        Value::Array(items) if !items.is_empty() && !chance.one_in(5) => {
            let at = chance.below(items.len());
            damage(&mut items[at], chance);
        }
        _ => *value = junk(chance),
    }
}

/// Who sends, over which line.
struct Sender {
    agent: ureq::Agent,
    url: String,
    token: String,
}

impl Sender {
    fn send(&self, method: &str, path: &str, headers: &[(&str, String)], body: Option<Vec<u8>>) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let answer = match body {
            Some(body) => self.agent.run(request.body(body).expect("a request")),
            None => self.agent.run(request.body(()).expect("a request")),
        };
        let answer = answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let (media, contract, date) = (header("content-type"), header("sips-contract"), header("date"));
        let status = answer.status().as_u16();
        // A stream of hints has no end.
        let body = if media == "text/event-stream" { Vec::new() } else { answer.into_body().read_to_vec().expect("a whole body") };
        Answer { status, media, contract, date, body }
    }

    fn sign_in(&mut self) {
        let account = seeded().account;
        let body = json!({ "username": account.username, "password": account.password, "device": DEVICE }).to_string();
        let answer = self.send("POST", "/v1/session", &[("content-type", "application/json".to_owned())], Some(body.into_bytes()));
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        let session: Value = serde_json::from_slice(&answer.body).expect("a session");
        self.token = session["accessToken"].as_str().expect("a token").to_owned();
    }
}

struct Answer {
    status: u16,
    media: String,
    contract: String,
    date: String,
    body: Vec<u8>,
}

/// An address below the template: its parameters shaped, or odd.
fn address(document: &Document, template: &str, operation: &Value, chance: &mut Chance) -> String {
    let mut path = template.to_owned();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let parameter = document.resolved(parameter);
        let name = parameter["name"].as_str().expect("a name");
        let odd =
            ["x", "%00", "%ff", "rules", "calendar", "id@1", "pemilu-penyelenggara@1", "@", "%2e%2e", "a@99999999999", "%F0%9F%8E%89"];
        let value = if chance.one_in(2) {
            document.string(document.resolved(&parameter["schema"]), chance)
        } else {
            (*chance.pick(&odd)).to_owned()
        };
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%@".contains(&byte);
        let value: String = value.bytes().filter(|byte| fits(*byte)).map(char::from).collect();
        match parameter["in"].as_str() {
            Some("path") => path = path.replace(&format!("{{{name}}}"), if value.is_empty() { "x" } else { &value }),
            Some("query") if chance.one_in(2) => path += &format!("?{name}={value}"),
            _ => {}
        }
    }
    path
}

/// Lets a command have an end that depends on what the server holds. Otherwise every example is the same command, decided by rules
/// that nobody has.
fn enliven(command: &mut Value, chance: &mut Chance) {
    let some_id = |chance: &mut Chance| Value::from(format!("01980000-0000-7000-8000-{:012x}", chance.below(1 << 7)));
    command["commandId"] = some_id(chance);
    command["caseId"] = if chance.one_in(4) { some_id(chance) } else { command["commandId"].clone() };
    if let (Some(set), Some(calendar)) = (rules::set_for("pemilu-penyelenggara", None), rules::newest_calendar()) {
        command["rules"] = json!(set.pin);
        command["calendar"] = json!(calendar.pin);
    }
    if chance.one_in(6) {
        command["dependsOn"] = json!([some_id(chance)]);
    }
    if chance.one_in(6) {
        command["base"] = json!({ "revision": chance.below(3) });
    }
}

/// A body: of the schema, the example, one of them damaged, or bytes.
fn body_of(document: &Document, operation: &Value, chance: &mut Chance) -> Option<Vec<u8>> {
    let described = &operation["requestBody"]["content"]["application/json"];
    if described.is_null() {
        return chance.one_in(10).then(|| b"{}".to_vec());
    }
    let mut value = if chance.one_in(2) { described["example"].clone() } else { document.shaped(&described["schema"], chance, DEEP) };
    for command in value["commands"].as_array_mut().into_iter().flatten().filter(|command| command.is_object()) {
        enliven(command, chance);
    }
    for _ in 0..chance.below(3) {
        damage(&mut value, chance);
    }
    let mut bytes = value.to_string().into_bytes();
    if chance.one_in(6) && !bytes.is_empty() {
        let parts: [&[u8]; 7] = [b"\"", b"9", b"", b"\xff", b"{", b"\\u0000", b"1e999"];
        let (place, part) = (chance.below(bytes.len()), *chance.pick(&parts));
        bytes.splice(place..=place, part.iter().copied());
    }
    if chance.one_in(20) {
        let place = chance.below(bytes.len().max(1));
        bytes.truncate(place);
    }
    Some(bytes)
}

fn headers(token: &str, chance: &mut Chance) -> Vec<(&'static str, String)> {
    let media = [
        "application/json",
        "application/json",
        "application/json",
        "application/json",
        "application/json; charset=utf-8",
        "text/plain",
        "",
        "x",
    ];
    let mut headers = vec![("content-type", (*chance.pick(&media)).to_owned())];
    if !chance.one_in(6) {
        headers.push(("authorization", format!("Bearer {token}")));
    } else if chance.one_in(2) {
        headers.push(("authorization", (*chance.pick(&["Bearer", "Bearer x", "Basic eDp5", "x"])).to_owned()));
    }
    if chance.one_in(8) {
        headers.push(("if-none-match", (*chance.pick(&["*", "\"x\"", "W/\"x\"", ",,", "\""])).to_owned()));
    }
    if chance.one_in(8) {
        headers.push(("origin", (*chance.pick(&[ORIGIN, "https://x.example", "null"])).to_owned()));
    }
    if chance.one_in(30) {
        headers.push(("content-encoding", "gzip".to_owned()));
    }
    headers
}

/// What is wrong with an answer to a described operation, or to one that is not.
fn fault(document: &mut Document, template: &str, method: &str, answer: &Answer) -> Option<String> {
    if answer.status >= 500 {
        return Some("the server failed".to_owned());
    }
    let contract = template.starts_with("/v1") || template.starts_with("/.well-known");
    if contract && (answer.contract != "1" || answer.date.is_empty()) {
        return Some(format!("SIPS-Contract is `{}`, Date `{}`", answer.contract, answer.date));
    }
    let operation = &document.root["paths"][template][method];
    let media = answer.media.split(';').next().unwrap_or_default().to_owned();
    let status = answer.status.to_string();
    let place = if operation.is_null() {
        if !contract {
            return (![404, 405].contains(&answer.status)).then(|| "a method that is not described is answered".to_owned());
        }
        if ![404, 405].contains(&answer.status) || media != "application/problem+json" {
            return Some(format!("what is not described is answered as {media}"));
        }
        "/components/schemas/Problem".to_owned()
    } else {
        let response = &operation["responses"][&status];
        if response.is_null() {
            return Some("the document does not know this status".to_owned());
        }
        let resolved = document.resolved(response);
        if resolved["content"].is_null() {
            return (!answer.body.is_empty()).then(|| "a body where none is described".to_owned());
        }
        if resolved["content"][&media].is_null() {
            return Some(format!("the document does not know `{media}` here"));
        }
        let escape = |part: &str| part.replace('~', "~0").replace('/', "~1");
        let base = response["$ref"].as_str().map(|target| target.trim_start_matches('#').to_owned());
        let base = base.unwrap_or_else(|| format!("/paths/{}/{method}/responses/{status}", escape(template)));
        format!("{base}/content/{}/schema", escape(&media))
    };
    if !media.ends_with("json") {
        return None;
    }
    match serde_json::from_slice(&answer.body) {
        Ok(value) => document.wrong(&place, &value),
        Err(error) => Some(format!("the body is no JSON: {error}")),
    }
}

#[test]
fn whatever_is_sent_is_answered_as_the_document_says() {
    let backend = Backend::plain();
    let mut document = Document::read();
    // Each request over a connection of its own: a server may close one after any answer, and then only a request that nobody
    // answered is a fault.
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_idle_connections(0)
        .allow_non_standard_methods(true)
        .build()
        .new_agent();
    let mut sender = Sender { agent, url: backend.url.clone(), token: String::new() };
    sender.sign_in();
    let paths = document.root["paths"].as_object().expect("paths").clone();
    let mut operations: Vec<(String, String, Value)> = Vec::new();
    for (path, methods) in &paths {
        for (method, operation) in methods.as_object().expect("methods") {
            // Commands are what there is most to do wrong with; each sign-in takes a while to refuse.
            let weight = if path == "/v1/commands" { 8 } else { 1 };
            operations.extend((0..weight).map(|_| (path.clone(), method.clone(), operation.clone())));
        }
    }
    let mut chance = Chance(SEED);
    let mut statuses = BTreeMap::new();
    let mut results = BTreeMap::new();
    for number in 0..REQUESTS {
        let (template, described, operation) = chance.pick(&operations).clone();
        let method = if chance.one_in(12) { (*chance.pick(&["get", "post", "put", "patch", "delete"])).to_owned() } else { described };
        let path = address(&document, &template, &operation, &mut chance);
        let (headers, body) = (headers(&sender.token, &mut chance), body_of(&document, &operation, &mut chance));
        let answer = sender.send(&method.to_uppercase(), &path, &headers, body.clone());
        *statuses.entry(answer.status).or_insert(0) += 1;
        if let Some(what) = fault(&mut document, &template, &method, &answer) {
            let shown = |bytes: &[u8]| String::from_utf8_lossy(&bytes[..bytes.len().min(2_000)]).into_owned();
            panic!(
                "seed {SEED}, request {number}: {method} {path} {headers:?}\n{}\n→ {} {what}\n{}",
                shown(&body.unwrap_or_default()),
                answer.status,
                shown(&answer.body)
            );
        }
        if template == "/v1/commands" && answer.status == 200 {
            let body: Value = serde_json::from_slice(&answer.body).expect("JSON");
            for result in body["results"].as_array().into_iter().flatten() {
                *results.entry(result["result"].as_str().unwrap_or_default().to_owned()).or_insert(0) += 1;
            }
        }
        if (method.as_str(), answer.status) == ("delete", 204) {
            sender.sign_in();
        }
    }
    // It went everywhere that there is to go.
    for status in [200, 204, 304, 400, 401, 404, 405, 410, 415] {
        assert!(statuses.contains_key(&status), "no request was answered {status}: {statuses:?}");
    }
    for result in ["applied", "duplicate", "conflict", "rejected", "deferred"] {
        assert!(results.contains_key(result), "no command was {result}: {results:?}");
    }
}
