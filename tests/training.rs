//! Every scenario of training is played to its end in its own way and in every wrong way that it names, against the server of training;
//! and that server is asked as a client asks it.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeSet;

use sips_lapangan::api::endpoint;
use sips_lapangan::api::wire::{Changes, Discovery, Problem, PublicPage, ResultKind, Results, Session};
use sips_lapangan::domain::case::Act;
use sips_lapangan::domain::json;
use sips_lapangan::domain::time::Timestamp;
use sips_lapangan::sync::answer::{Answer, ItemOutcome, PushOutcome, push_outcome};
use sips_lapangan::training::check::View;
use sips_lapangan::training::scenario::{self, Fault, Line, NotRead, Scenario};
use sips_lapangan::training::server::{MARK, Request, Response, Server};
use sips_lapangan::training::world::{SECOND, Stuck, World};

const SEED: u8 = 3;

fn at(scenario: &Scenario, step: usize) -> World {
    World::at(scenario, step, SEED).unwrap_or_else(|stuck| panic!("{}, step {}: {stuck:?}", scenario.key, step + 1))
}

/// What a world sees of another one that has gone on from it: at the server, or still on the device where there is no network.
fn holds(before: &World, after: &World) -> bool {
    let step = before.this_step();
    let fresh: Vec<Act> = after.server.acts().skip(before.server.acts().count()).cloned().collect();
    if step.done.waiting { step.done.holds(View { waiting: &fresh, ..before.view(&[]) }) } else { step.done.holds(after.view(&[])) }
}

#[test]
fn there_are_ten_scenarios_and_free_play() {
    let keys: BTreeSet<&str> = scenario::all().iter().map(|scenario| scenario.key.as_str()).collect();
    assert_eq!(scenario::all().len(), Scenario::texts().len(), "one cannot be read");
    assert!(keys.len() >= 12 && keys.contains(scenario::FREE));
    for text in Scenario::texts() {
        let read = scenario::read(text).unwrap_or_else(|error| panic!("{error}: {text:.120}"));
        let told =
            read.step.iter().flat_map(|step| [&step.title, &step.todo, &step.learnt].into_iter().chain(&step.hint).chain(&step.look));
        for text in told.chain([&read.title, &read.story]) {
            assert!(!text.id.trim().is_empty() && !text.en.trim().is_empty() && text.id.len() < 900, "{}: {text:?}", read.key);
        }
        assert!(read.step.iter().any(|step| !step.wrong.is_empty()), "{} names no wrong way", read.key);
    }
}

#[test]
fn each_scenario_is_done_in_its_own_way_step_by_step() {
    for scenario in scenario::all() {
        let mut last: Vec<Act> = Vec::new();
        for (index, step) in scenario.step.iter().enumerate() {
            let before = at(scenario, index);
            let mut after = before.clone();
            after.solve(SEED).unwrap_or_else(|stuck| panic!("{}, step {}: {stuck:?}", scenario.key, index + 1));
            let place = format!("{}, step {}", scenario.key, index + 1);
            if step.solution.is_empty() {
                // Nothing is to be done but to see what waited arrive.
                assert!(!step.done.holds(before.view(&last)), "{place} is done while something waits");
            } else {
                assert!(!step.done.holds(before.view(&[])), "{place} is done before anything was");
            }
            assert!(holds(&before, &after), "{place} is not done");
            last = after.server.acts().skip(before.server.acts().count()).cloned().collect();
        }
    }
}

#[test]
fn each_wrong_way_is_told_and_leads_to_no_end() {
    let mut told = 0;
    for scenario in scenario::all() {
        for (index, step) in scenario.step.iter().enumerate() {
            for (count, wrong) in step.wrong.iter().enumerate() {
                let before = at(scenario, index);
                let mut after = before.clone();
                let place = format!("{}, step {}, wrong way {}", scenario.key, index + 1, count + 1);
                for line in &wrong.acts {
                    after.perform(line, SEED).unwrap_or_else(|stuck| panic!("{place}: {stuck:?}"));
                }
                let fresh: Vec<Act> = after.server.acts().skip(before.server.acts().count()).cloned().collect();
                assert!(wrong.when.holds(after.view(&[])), "{place} is not told");
                assert!(wrong.when.holds(View { waiting: &fresh, ..before.view(&[]) }), "{place} is not told while it waits");
                assert!(!wrong.when.holds(before.view(&[])), "{place} is told before it was gone");
                assert!(!holds(&before, &after), "{place} counts as done");
                let mut right = before.clone();
                right.solve(SEED).unwrap_or_else(|stuck| panic!("{place}: {stuck:?}"));
                assert!(!wrong.when.holds(right.view(&[])), "{place} is told of the right way");
                told += 1;
            }
        }
    }
    assert!(told >= 12);
}

/// Whatever step is at hand, an officer who takes part in no scenario can come between.
#[test]
fn a_second_officer_can_always_come_between() {
    for scenario in scenario::all() {
        for (index, step) in scenario.step.iter().enumerate() {
            let mut world = at(scenario, index);
            // Clocks seldom stand at a whole minute.
            world.now = world.now.plus(83_456);
            let place = format!("{}, step {}", scenario.key, index + 1);
            let second = world.server.people().iter().find(|me| me.username == SECOND).unwrap_or_else(|| panic!("{place}: nobody"));
            assert!(second.colleagues.iter().all(|other| other.account != second.account));
            for line in step.solution.iter().take(1).filter(|line| line.base.as_deref() != Some("petition")) {
                world
                    .perform(&Line { who: Some(SECOND.into()), ..line.clone() }, SEED)
                    .unwrap_or_else(|stuck| panic!("{place}: {stuck:?}"));
            }
        }
    }
}

/// A link names a scenario and a step: the same place for everybody, whatever happened on the device.
#[test]
fn a_step_is_the_same_world_every_time() {
    for scenario in scenario::all() {
        let last = scenario.step.len() - 1;
        let (one, other) = (at(scenario, last), at(scenario, last + 5));
        assert_eq!(one.server.entries(), other.server.entries(), "{}", scenario.key);
        assert_eq!((one.step, one.now), (last, other.now));
        let mut kept: Vec<_> = Vec::new();
        for entry in one.server.entries() {
            kept.push(json::write(entry));
        }
        let bytes = |text: &str| {
            let entry = json::read(text).expect("an entry");
            let bytes = match &entry {
                sips_lapangan::training::server::Entry::File(_, file) => one.server.bytes(&file.sha256).map(<[u8]>::to_vec),
                _ => None,
            };
            (entry, bytes)
        };
        let entries = kept.iter().map(|text| bytes(text)).collect();
        let saved = json::read(&json::write(&one.saved())).expect("what was kept");
        let again = World::resume(scenario, saved, SEED, entries).expect("the world as it was kept");
        assert_eq!(again.server.entries(), one.server.entries());
        assert_eq!((again.since, again.subject()), (one.since, one.subject()));
    }
}

/// What is shown in a call to many eyes names nobody who lives and no party that stands for election.
#[test]
fn nobody_of_training_is_a_real_person_or_party() {
    const PARTIES: [&str; 24] = [
        "PDI",
        "Perjuangan",
        "Golkar",
        "Gerindra",
        "PKB",
        "Kebangkitan Bangsa",
        "NasDem",
        "PKS",
        "Keadilan Sejahtera",
        "PAN ",
        "Amanat",
        "Demokrat",
        "PPP",
        "Persatuan Pembangunan",
        "PSI",
        "Solidaritas",
        "Perindo",
        "Hanura",
        "Gelora",
        "Garuda",
        "Partai Buruh",
        "Ummat",
        "Bulan Bintang",
        "Kebangkitan Nusantara",
    ];
    for scenario in scenario::all() {
        for person in &scenario.person {
            assert!(person.name.ends_with(" Latihan"), "{}: {} could be somebody", scenario.key, person.name);
        }
    }
    for text in Scenario::texts() {
        let named: Vec<&&str> = PARTIES.iter().filter(|party| text.contains(**party)).collect();
        assert!(named.is_empty(), "{named:?} in {text:.200}");
        // A NIK begins with the code of a region and has 16 digits; those of training are of no region.
        let digits = text.split(|letter: char| !letter.is_ascii_digit()).filter(|digits| digits.len() == 16);
        assert_eq!(digits.count(), 0, "a NIK that could be somebody's in {text:.200}");
    }
}

#[test]
fn numbers_go_on_and_are_marked() {
    let scenario = scenario::by_key("nomor-menyusul").expect("the scenario");
    let world = at(scenario, 1);
    let numbers: Vec<String> =
        world.server.acts().flat_map(|act| act.numbers().map(|(_, number)| number.to_owned()).collect::<Vec<_>>()).collect();
    assert_eq!(numbers, ["LATIHAN-03/PS.PNM.LG/1607/VII/2026"]);
    for scenario in scenario::all() {
        let world = at(scenario, 99);
        for (_, number) in world.server.acts().flat_map(Act::numbers) {
            assert!(number.starts_with(MARK), "{number}");
        }
    }
}

#[test]
fn a_scenario_of_another_kind_is_refused_whole() {
    let text = Scenario::texts()[0];
    assert_eq!(scenario::read(&text.replace("\"format\":1", "\"format\":2")), Err(NotRead::Newer(2)));
    for text in Scenario::texts() {
        for cut in (0..text.len()).step_by(101).chain([text.len() - 1]).filter(|cut| text.is_char_boundary(*cut)) {
            assert_eq!(scenario::read(&text[..cut]), Err(NotRead::Unreadable), "{cut} of {text:.60}");
        }
        // Anything behind it is not the file that was written either.
        assert_eq!(scenario::read(&format!("{text}}}")), Err(NotRead::Unreadable));
    }
    for foreign in ["", "[]", "null", "{}", "{\"format\":1}", "{\"format\":\"1\"}", "format = 1", "\u{0}"] {
        assert_eq!(scenario::read(foreign), Err(NotRead::Unreadable), "{foreign}");
    }
    assert_eq!(scenario::read("{\"format\":7,\"chapters\":[]}"), Err(NotRead::Newer(7)));
    let nobody = text.replace("\"who\":\"halimah\"", "\"who\":\"nobody\"");
    assert!(matches!(scenario::read(&nobody), Err(NotRead::Unsound(_))));
}

#[test]
fn what_goes_wrong_on_purpose_is_said_by_the_scenarios() {
    let faults: Vec<Fault> = scenario::all().iter().flat_map(|scenario| &scenario.step).filter_map(|step| step.fault).collect();
    for fault in [Fault::Offline, Fault::None, Fault::Slow] {
        assert!(faults.contains(&fault), "{fault:?}");
    }
}

// ---- the server, asked as a client asks it

struct Client {
    server: Server,
    token: String,
    now: Timestamp,
}

impl Client {
    fn ask(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Response {
        let headers: Vec<_> = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let bearer = Some(self.token.as_str()).filter(|token| !token.is_empty());
        self.server.answer(Request { method, path, bearer, headers: &headers, body }, self.now)
    }

    fn get<T: serde::de::DeserializeOwned>(&mut self, path: &str) -> T {
        let response = self.ask("GET", path, &[], &[]);
        assert_eq!((response.status, response.json), (200, true), "{path}");
        json::read(&String::from_utf8(response.body).expect("UTF-8")).expect("the contract's JSON")
    }

    fn sign_in(&mut self, name: &str) {
        let body = format!(r#"{{"device":"01980000-0000-7000-8000-000000000001","password":"x","username":"{name}"}}"#);
        let response = self.ask("POST", endpoint::SESSION, &[], body.as_bytes());
        assert_eq!(response.status, 200);
        let session: Session = json::read(&String::from_utf8(response.body).expect("UTF-8")).expect("a session");
        self.token = session.access_token;
    }
}

fn client(key: &str, step: usize) -> (Client, World) {
    let world = at(scenario::by_key(key).expect("the scenario"), step);
    (Client { server: world.server.clone(), token: String::new(), now: world.now }, world)
}

#[test]
fn a_client_signs_in_pulls_sends_and_reads_what_the_public_reads() {
    let (mut client, mut world) = client("permohonan-pertama", 3);
    let discovery: Discovery = client.get(endpoint::DISCOVERY);
    assert!(discovery.training);
    assert_eq!(client.ask("GET", endpoint::CHANGES, &[], &[]).status, 401);
    client.sign_in(" NURUL ");
    let page: Changes = client.get(endpoint::CHANGES);
    assert_eq!((page.acts.len(), page.more), (3, false));
    let path = endpoint::changes(Some(&page.next));
    assert!(client.get::<Changes>(&path).acts.is_empty());
    assert_eq!(client.ask("GET", &endpoint::changes(Some("x.y.9")), &[], &[]).status, 410);

    let (_, envelope, _) = world.envelope(&world.this_step().solution[0].clone(), SEED).expect("the command");
    let body = format!("{{\"commands\":[{}]}}", json::write(&envelope));
    let answer = |response: &Response| Answer::Http {
        status: response.status,
        contract: true,
        json: response.json,
        retry_after: None,
        body: String::from_utf8(response.body.clone()).ok(),
    };
    let response = client.ask("POST", endpoint::COMMANDS, &[], body.as_bytes());
    // By the client's own table.
    let PushOutcome::Items(items) = push_outcome(&answer(&response), &[envelope.command_id]) else { panic!("{response:?}") };
    assert!(matches!(&items[..], [(_, ItemOutcome::Done(_))]), "{items:?}");
    let again = client.ask("POST", endpoint::COMMANDS, &[], body.as_bytes());
    let results: Results = json::read(&String::from_utf8(again.body).expect("UTF-8")).expect("results");
    assert_eq!(results.results[0].result, ResultKind::Duplicate);
    let page: Changes = client.get(&path);
    assert_eq!(page.acts.len(), 1);

    for (query, count) in [("", 1), ("?q=lumbung%20rakyat", 1), ("?q=obor", 0), ("?area=16.07", 1), ("?area=52", 0)] {
        let read: PublicPage = client.get(&format!("{}petitions{query}", endpoint::PUBLIC));
        assert_eq!(read.entries.len(), count, "{query}");
        assert!(read.entries.iter().all(|entry| entry.number.as_deref().is_some_and(|number| number.starts_with(MARK))));
    }

    // A session that ended is asked for again; the old token is of no use.
    client.server.end_sessions();
    assert_eq!(client.ask("GET", endpoint::ME, &[], &[]).status, 401);
    client.sign_in("nurul");
    assert_eq!(client.ask("GET", endpoint::ME, &[], &[]).status, 200);
}

#[test]
fn nothing_that_was_meant_is_taken_for_training() {
    let (mut client, mut world) = client("permohonan-pertama", 0);
    client.sign_in("rina");
    let (_, mut envelope, _) = world.envelope(&world.this_step().solution[0].clone(), SEED).expect("the command");
    envelope.training = false;
    let body = format!("{{\"commands\":[{}]}}", json::write(&envelope));
    let response = client.ask("POST", endpoint::COMMANDS, &[], body.as_bytes());
    let results: Results = json::read(&String::from_utf8(response.body).expect("UTF-8")).expect("results");
    let Problem { kind, .. } = results.results[0].problem.clone().expect("a problem");
    assert_eq!(kind, "/problems/training");
    assert_eq!(client.server.acts().count(), 0);
}

#[test]
fn another_act_in_between_is_a_conflict() {
    let (mut client, mut world) = client("dua-petugas", 0);
    let mine = world.this_step().solution[0].clone();
    let (me, envelope, now) = world.envelope(&mine, SEED).expect("the command");
    let theirs = world.scenario.step[1].meanwhile[0].clone();
    let mut other = world.clone();
    other.perform(&theirs, SEED).expect("the second officer's act");
    client.server = other.server;
    assert_eq!(client.server.take(&me, &envelope, now).result, ResultKind::Conflict);
}

#[test]
fn a_file_comes_in_parts_and_is_read_whole() {
    let scenario = scenario::by_key("bukti-terputus").expect("the scenario");
    let world = at(scenario, 1);
    let (mut client, _) = client("bukti-terputus", 0);
    client.sign_in("rina");
    let file = world.server.acts().flat_map(sips_lapangan::domain::evidence::files_of).next().expect("a file");
    let bytes = world.server.bytes(&file.sha256).expect("its bytes").to_vec();
    let (size, metadata) = (file.size.to_string(), sips_lapangan::sync::upload::metadata(&file.sha256));
    let create = [("Upload-Length", size.as_str()), ("Upload-Metadata", metadata.as_str())];
    // The record comes first.
    assert_eq!(client.ask("POST", endpoint::FILES, &create, &[]).status, 403);
    let mut before = at(scenario, 0);
    let (me, envelope, now) = before.envelope(&before.this_step().solution[0].clone(), SEED).expect("the command");
    assert_eq!(client.server.take(&me, &envelope, now).result, ResultKind::Applied);
    assert_eq!(client.ask("POST", endpoint::FILES, &create, &[]).offset, Some(0));
    let path = endpoint::file(&file.sha256);
    assert_eq!(client.ask("PATCH", &path, &[("Upload-Offset", "0")], &bytes[..20]).offset, Some(20));
    assert_eq!(client.ask("HEAD", &path, &[], &[]).offset, Some(20));
    assert_eq!(client.ask("PATCH", &path, &[("Upload-Offset", "7")], &bytes[20..]).status, 409);
    assert!(!client.server.holds_file(&file.sha256));
    assert_eq!(client.ask("PATCH", &path, &[("Upload-Offset", "20")], &bytes[20..]).offset, Some(file.size));
    assert!(client.server.holds_file(&file.sha256));
    let part = client.ask("GET", &path, &[("Range", "bytes=5-8")], &[]);
    assert_eq!((part.status, part.body.as_slice()), (206, &bytes[5..9]));
    assert_eq!(client.get::<Changes>(endpoint::CHANGES).files, [file.sha256]);
}

#[test]
fn a_world_that_cannot_be_made_says_where() {
    let mut scenario = scenario::by_key("permohonan-pertama").expect("the scenario").clone();
    scenario.at = "kemarin".into();
    assert!(matches!(World::at(&scenario, 0, SEED), Err(Stuck::Script(text)) if text.contains("kemarin")));
}
