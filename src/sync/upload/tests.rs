//! The upload engine by hand, and against a server and a line that fail in every way, from a seed.

use std::collections::{BTreeMap, VecDeque};

use super::*;
use proptest::prelude::*;

/// A part as it is once the line has shown itself quick.
const PART: u64 = 256 * 1_024;
const NOW: Timestamp = Timestamp(1_000_000);

fn id(n: u8) -> FileId {
    FileId::new(Timestamp(1), [n; 10])
}

fn upload(n: u8, size: u64) -> Upload {
    Upload { file: id(n), size, due: None, parked: false }
}

struct Device {
    engine: UploadEngine,
    now: Timestamp,
}

impl Device {
    /// A device whose server takes files of any size, and whose text is sent.
    fn with(uploads: Vec<Upload>) -> Self {
        let mut device = Self { engine: UploadEngine::new(uploads, true, true), now: NOW };
        device.engine.offer = Offer::Known(u64::MAX);
        device.engine.part = PART;
        device
    }

    fn feed(&mut self, input: Input) -> Vec<Action> {
        self.engine.handle(self.now, u32::MAX, input)
    }

    fn answer(&mut self, n: u8, outcome: UploadOutcome) -> Vec<Action> {
        self.feed(Input::Answered { file: id(n), outcome })
    }

    fn at(&mut self, n: u8, offset: u64) -> Vec<Action> {
        self.answer(n, UploadOutcome::At(offset))
    }

    fn after_ms(&mut self, millis: i64) -> &mut Self {
        self.now = self.now.plus(millis);
        self
    }
}

fn send(n: u8, from: u64, to: u64) -> Action {
    Action::Send { file: id(n), from, to }
}

fn lost() -> UploadOutcome {
    UploadOutcome::Later { wait_ms: None, from_server: false }
}

fn http(status: u16, body: &str) -> Answer {
    Answer::Http { status, contract: true, json: true, retry_after: None, body: Some(body.to_owned()) }
}

#[test]
fn a_file_goes_out_in_parts_and_is_done_only_after_a_further_request() {
    let mut device = Device::with(vec![]);
    assert_eq!(device.feed(Input::Held(false)), []);
    assert_eq!(device.feed(Input::Accepted(upload(1, 300_000))), [Action::Create(id(1))]);
    assert_eq!(device.at(1, 0), [send(1, 0, PART)]);
    assert_eq!(device.after_ms(5_000).at(1, PART), [send(1, PART, 300_000)]);
    let progress = device.engine.progress().expect("a file under way");
    assert_eq!((progress.sent, progress.seconds), (PART, Some(1)));
    assert_eq!(device.at(1, 300_000), [Action::Ask(id(1))], "the answer to the last part frees nothing");
    assert_eq!(device.at(1, 300_000), [Action::Confirmed(id(1))]);
    assert_eq!(device.feed(Input::TryNow), []);
}

#[test]
fn after_a_reload_it_goes_on_where_the_server_says() {
    let mut device = Device::with(vec![upload(1, 1_000_000)]);
    assert_eq!(device.feed(Input::Held(false)), [Action::Create(id(1))]);
    assert_eq!(device.at(1, 700_000), [send(1, 700_000, 700_000 + PART)]);
    let mut again = Device::with(vec![upload(2, 10)]);
    again.feed(Input::Held(false));
    assert_eq!(again.at(2, 10), [Action::Confirmed(id(2))], "it was whole before");
}

#[test]
fn a_lost_answer_is_asked_for_and_parts_shrink_and_grow() {
    let mut device = Device::with(vec![upload(1, 50_000_000)]);
    device.feed(Input::Held(false));
    device.at(1, 0);
    let until = device.now.plus(2_000);
    assert_eq!(device.answer(1, lost()), [Action::WakeAt(until)]);
    assert_eq!(device.after_ms(1_999).feed(Input::TimerFired), [Action::WakeAt(until)]);
    assert_eq!(device.after_ms(1).feed(Input::TimerFired), [Action::Ask(id(1))]);
    assert_eq!(device.at(1, 100_000), [send(1, 100_000, 100_000 + PART / 2)], "what had come is not sent again");
    device.after_ms(100).at(1, 100_000 + PART / 2);
    let mut part = PART;
    let mut at = 100_000 + PART / 2;
    for _ in 0..8 {
        at += part;
        part = (part * 2).min(MOST_PART);
        assert_eq!(device.after_ms(1_000).at(1, at), [send(1, at, at + part)]);
    }
    assert_eq!(part, MOST_PART);
    for _ in 0..20 {
        device.answer(1, lost());
        device.after_ms(400_000).feed(Input::TimerFired);
        device.at(1, at);
    }
    assert_eq!(device.engine.part, LEAST_PART);
}

#[test]
fn waits_grow_while_nothing_comes_on_and_end_when_something_does() {
    let mut device = Device::with(vec![upload(1, 50_000_000)]);
    device.feed(Input::Held(false));
    device.at(1, 0);
    let mut waits = Vec::new();
    for _ in 0..4 {
        let [Action::WakeAt(until)] = device.answer(1, lost())[..] else { panic!("a wait") };
        waits.push(until.since(device.now));
        device.now = until;
        assert_eq!(device.feed(Input::TimerFired), [Action::Ask(id(1))]);
        device.at(1, 0);
    }
    assert_eq!(waits, [2_000, 4_000, 8_000, 16_000]);
    device.answer(1, lost());
    device.after_ms(400_000).feed(Input::TimerFired);
    device.at(1, 5);
    let [Action::WakeAt(until)] = device.answer(1, lost())[..] else { panic!("a wait") };
    assert_eq!(until.since(device.now), 2_000);
}

#[test]
fn text_goes_before_files_and_what_is_under_way_is_not_broken_off() {
    let mut device = Device::with(vec![upload(1, 1_000_000)]);
    assert_eq!(device.feed(Input::TryNow), [], "text is looked at first");
    device.feed(Input::Held(false));
    device.at(1, 0);
    assert_eq!(device.feed(Input::Held(true)), []);
    assert_eq!(device.at(1, PART), []);
    assert_eq!(device.feed(Input::TryNow), []);
    assert_eq!(device.feed(Input::Held(false)), [send(1, PART, 3 * PART)]);
}

#[test]
fn the_nearest_deadline_goes_first_then_the_smallest_also_between_parts() {
    let soon = Upload { due: Some(Timestamp(5)), ..upload(3, 40_000_000) };
    let mut device = Device::with(vec![upload(1, 3_000_000), upload(2, 1_000_000)]);
    assert_eq!(device.feed(Input::Held(false)), [Action::Create(id(2))]);
    device.at(2, 0);
    assert_eq!(device.feed(Input::Accepted(soon)), [], "one at a time");
    assert_eq!(device.at(2, PART), [Action::Create(id(3))]);
    let parked = device.answer(3, UploadOutcome::Park(FilePark::Unexpected));
    assert_eq!(parked, [Action::Park(id(3), FilePark::Unexpected), send(2, PART, 3 * PART)], "the others go on");
    assert_eq!(device.feed(Input::Retried(id(3))), []);
    assert_eq!(device.at(2, 1_000_000), [Action::Create(id(3))]);
}

#[test]
fn a_file_that_the_server_forgot_or_threw_away_begins_anew() {
    let mut device = Device::with(vec![upload(1, 1_000)]);
    device.feed(Input::Held(false));
    device.at(1, 500);
    device.answer(1, UploadOutcome::Gone);
    assert_eq!(device.after_ms(2_000).feed(Input::TimerFired), [Action::Create(id(1))]);
    device.at(1, 0);
    device.answer(1, UploadOutcome::WrongDigest);
    assert_eq!(device.after_ms(10_000).feed(Input::TimerFired), [Action::Create(id(1))]);
    device.at(1, 0);
    assert_eq!(device.answer(1, UploadOutcome::WrongDigest), [Action::Park(id(1), FilePark::Damaged)], "not for ever");
}

#[test]
fn limits_come_from_discovery() {
    let mut device = Device { engine: UploadEngine::new(vec![upload(1, 2_000), upload(2, 3_000)], true, true), now: NOW };
    assert_eq!(device.feed(Input::Held(false)), [Action::Discover]);
    assert_eq!(device.feed(Input::TimerFired), [], "once");
    let [Action::WakeAt(until)] = device.feed(Input::Discovered(Err(None)))[..] else { panic!("a wait") };
    device.now = until;
    assert_eq!(device.feed(Input::TimerFired), [Action::Discover]);
    assert_eq!(device.feed(Input::Discovered(Ok(0))), []);
    assert!(device.engine.is_refused());
    assert_eq!(device.feed(Input::TryNow), [Action::Discover]);
    assert_eq!(device.feed(Input::Discovered(Ok(2_000))), [Action::Create(id(1))]);
    device.at(1, 2_000);
    assert_eq!(device.engine.next().map(|item| item.upload.file), None, "the larger one is parked");
}

#[test]
fn not_even_a_person_is_quicker_than_the_server_asks() {
    let mut device = Device::with(vec![upload(1, 2_000)]);
    device.feed(Input::Held(false));
    let until = device.now.plus(60_000);
    device.answer(1, UploadOutcome::Later { wait_ms: Some(60_000), from_server: true });
    assert_eq!(device.feed(Input::TryNow), [Action::WakeAt(until)]);
    // Nor is a file that comes back after it was taken away in the middle of a request.
    let mut device = Device::with(vec![upload(1, 2_000)]);
    device.feed(Input::Held(false));
    device.feed(Input::Dropped(id(1)));
    device.answer(1, UploadOutcome::Later { wait_ms: Some(60_000), from_server: true });
    assert_eq!(device.feed(Input::Accepted(upload(1, 2_000))), [Action::WakeAt(until)]);
}

#[test]
fn a_part_that_something_sent_twice_makes_the_next_one_smaller() {
    let mut device = Device::with(vec![upload(1, 1_000_000)]);
    device.feed(Input::Held(false));
    device.at(1, 0);
    device.answer(1, UploadOutcome::Elsewhere);
    assert_eq!(device.after_ms(2_000).feed(Input::TimerFired), [Action::Ask(id(1))]);
    assert_eq!(device.at(1, 200_000), [send(1, 200_000, 200_000 + PART / 2)]);
}

#[test]
fn the_first_part_is_small() {
    let mut device = Device { engine: UploadEngine::new(vec![upload(1, 1_000_000)], true, true), now: NOW };
    device.feed(Input::Held(false));
    device.feed(Input::Discovered(Ok(u64::MAX)));
    assert_eq!(device.at(1, 0), [send(1, 0, LEAST_PART)]);
    assert_eq!(device.at(1, LEAST_PART), [send(1, LEAST_PART, 3 * LEAST_PART)]);
}

#[test]
fn discovery_tells_of_files() {
    let told = |body: &str| offered(&http(200, body));
    assert_eq!(told(r#"{"level":2,"limits":{"fileBytes":7,"batch":3},"name":"x"}"#), Ok(7));
    assert_eq!(told(r#"{"level":1,"limits":{"fileBytes":7}}"#), Ok(0));
    assert_eq!((told("{}"), offered(&http(503, "")), offered(&Answer::None)), (Err(None), Err(None), Err(None)));
    let busy = Answer::Http { status: 503, contract: true, json: true, retry_after: Some("30".into()), body: Some(String::new()) };
    assert_eq!(offered(&busy), Err(Some(30_000)), "a named wait is kept");
}

#[test]
fn nothing_moves_without_network_session_or_version() {
    let mut device = Device::with(vec![upload(1, 1_000_000)]);
    device.feed(Input::Held(false));
    device.at(1, 0);
    assert_eq!(device.answer(1, UploadOutcome::SignIn), []);
    assert_eq!(device.engine.trouble(), Some(Trouble::SignIn));
    assert_eq!(device.feed(Input::TryNow), []);
    assert_eq!(device.feed(Input::SignedInChanged(true)), [Action::Ask(id(1))]);
    device.feed(Input::OnlineChanged(false));
    assert_eq!(device.at(1, 10), []);
    assert_eq!(device.feed(Input::OnlineChanged(true)), [send(1, 10, 10 + PART)]);
    device.answer(1, UploadOutcome::Update);
    assert_eq!((device.feed(Input::TryNow), device.engine.trouble()), (vec![], Some(Trouble::Update)));
}

#[test]
fn three_strange_answers_name_the_network_and_a_lying_offset_is_one() {
    let mut device = Device::with(vec![upload(1, 1_000)]);
    device.feed(Input::Held(false));
    for expected in [Trouble::Unreachable, Trouble::Unreachable, Trouble::Strange] {
        device.at(1, 1_001);
        assert_eq!(device.engine.trouble(), Some(expected));
        device.after_ms(400_000).feed(Input::TimerFired);
    }
    device.at(1, 0);
    assert!(matches!(device.at(1, 0)[..], [Action::WakeAt(_)]), "a part that came to nothing");
    let asked = device.after_ms(400_000).feed(Input::TimerFired);
    assert_eq!(asked, [Action::Ask(id(1))]);
}

#[test]
fn bytes_that_cannot_be_read_stop_their_file_alone() {
    let mut device = Device::with(vec![upload(1, 1_000), upload(2, 2_000)]);
    device.feed(Input::Held(false));
    device.at(1, 0);
    let stopped = device.feed(Input::Unreadable(id(1)));
    assert_eq!(stopped, [Action::Park(id(1), FilePark::Damaged), Action::Create(id(2))]);
    device.feed(Input::Dropped(id(2)));
    assert_eq!(device.at(2, 0), [], "an answer about a file that is gone");
}

#[test]
fn every_answer_has_its_outcome() {
    let part = |status| upload_outcome(Asked::Part, &http(status, ""), None);
    let refused = || UploadOutcome::Park(FilePark::Refused);
    for (status, expected) in [
        (204, UploadOutcome::Strange),
        (301, UploadOutcome::Strange),
        (400, refused()),
        (401, UploadOutcome::SignIn),
        (402, UploadOutcome::Park(FilePark::Unexpected)),
        (403, refused()),
        (404, UploadOutcome::Gone),
        (408, UploadOutcome::Later { wait_ms: None, from_server: true }),
        (409, UploadOutcome::Elsewhere),
        (410, UploadOutcome::Gone),
        (412, UploadOutcome::Update),
        (413, UploadOutcome::Smaller),
        (415, UploadOutcome::Update),
        (418, UploadOutcome::Park(FilePark::Unexpected)),
        (422, refused()),
        (426, UploadOutcome::Update),
        (429, UploadOutcome::Later { wait_ms: None, from_server: true }),
        (503, UploadOutcome::Later { wait_ms: None, from_server: true }),
    ] {
        assert_eq!(part(status), expected, "{status}");
    }
    let digest = http(422, r#"{"type":"/problems/digest","status":422}"#);
    assert_eq!(upload_outcome(Asked::Part, &digest, None), UploadOutcome::WrongDigest);
    assert_eq!(upload_outcome(Asked::Create, &http(404, ""), None), refused());
    assert_eq!(upload_outcome(Asked::Create, &http(413, ""), None), UploadOutcome::Park(FilePark::TooLarge));
    for asked in [Asked::Create, Asked::Offset, Asked::Part] {
        assert_eq!(upload_outcome(asked, &http(204, ""), Some(7)), UploadOutcome::At(7));
        assert_eq!(upload_outcome(asked, &Answer::None, Some(7)), lost());
        let foreign = Answer::Http { status: 204, contract: false, json: false, retry_after: None, body: Some(String::new()) };
        assert_eq!(upload_outcome(asked, &foreign, Some(7)), UploadOutcome::Strange, "a proxy's word");
        let cut = Answer::Http { status: 204, contract: true, json: false, retry_after: None, body: None };
        assert_eq!(upload_outcome(asked, &cut, Some(7)), UploadOutcome::Strange);
    }
}

#[test]
fn the_digest_travels_as_tus_has_it() {
    let expected = "sha256 ZTNiMGM0NDI5OGZjMWMxNDlhZmJmNGM4OTk2ZmI5MjQyN2FlNDFlNDY0OWI5MzRjYTQ5NTk5MWI3ODUyYjg1NQ==";
    assert_eq!(metadata(&Digest::of(b"")), expected);
}

#[test]
fn text_keeps_its_room() {
    assert!(has_room(50, 0, ROOM_FOR_TEXT + 50));
    assert!(!has_room(51, 0, ROOM_FOR_TEXT + 50));
    assert!(!has_room(u64::MAX, 1, u64::MAX));
}

/// A random number generator that a seed decides (SplitMix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
}

/// A server as the contract has it: how far each file has come, since a part is only taken where the last one ended.
#[derive(Default)]
struct Server {
    held: BTreeMap<FileId, u64>,
    received: u64,
}

/// A line and a server that fail while `faults` is set; true what each request came to, and what the device hears of it.
fn serve(server: &mut Server, chance: &mut Chance, faults: bool, uploads: &[Upload], action: &Action) -> Option<(FileId, UploadOutcome)> {
    let fault = if faults { chance.below(12) } else { u64::MAX };
    let hears = |outcome| match fault {
        0 => lost(),
        1 => UploadOutcome::Strange,
        _ => outcome,
    };
    match fault {
        // Nothing arrives.
        2 => return action_file(action).map(|file| (file, lost())),
        3 => return action_file(action).map(|file| (file, UploadOutcome::Later { wait_ms: Some(2_000), from_server: true })),
        4 => return action_file(action).map(|file| (file, UploadOutcome::SignIn)),
        // An older copy of the server's disk, or a file that waited too long.
        5 => {
            if let Some(held) = server.held.values_mut().next() {
                *held = chance.below(*held + 1);
            }
        }
        6 => drop(server.held.pop_first()),
        _ => {}
    }
    match action {
        Action::Create(file) => {
            let held = server.held.entry(*file).or_default();
            Some((*file, hears(UploadOutcome::At(*held))))
        }
        Action::Ask(file) => Some((*file, hears(server.held.get(file).map_or(UploadOutcome::Gone, |held| UploadOutcome::At(*held))))),
        Action::Send { file, from, to } => {
            let size = uploads.iter().find(|upload| upload.file == *file).map_or(0, |upload| upload.size);
            assert!(from < to && *to <= size && to - from <= MOST_PART, "{action:?}");
            let Some(held) = server.held.get_mut(file) else { return Some((*file, hears(UploadOutcome::Gone))) };
            if *held != *from {
                return Some((*file, hears(UploadOutcome::Elsewhere)));
            }
            let cut = if faults && chance.one_in(3) { from + chance.below(to - from) } else { *to };
            *held = cut;
            server.received += cut - from;
            let outcome = if cut < *to { lost() } else { UploadOutcome::At(*to) };
            Some((*file, hears(outcome)))
        }
        _ => None,
    }
}

fn action_file(action: &Action) -> Option<FileId> {
    match action {
        Action::Create(file) | Action::Ask(file) | Action::Send { file, .. } => Some(*file),
        _ => None,
    }
}

/// Sends files over a line that fails for a while, with reloads in between, and gives how many bytes the server received.
fn voyage(seed: u64, sizes: &[u64]) -> Result<u64, TestCaseError> {
    let mut chance = Chance(seed);
    let uploads: Vec<Upload> = (1..).zip(sizes).map(|(n, size)| upload(n, *size)).collect();
    let mut server = Server::default();
    let mut confirmed: Vec<FileId> = Vec::new();
    let mut now = NOW;
    let mut engine = UploadEngine::new(uploads.clone(), true, true);
    let mut waiting: VecDeque<Action> = VecDeque::new();
    let mut last_failure: Option<Timestamp> = None;
    let mut held = true;
    for step in 0_u32..6_000 {
        let faults = step < 300;
        if faults && chance.one_in(25) {
            // A reload: what was under way may still arrive, and nobody hears of it.
            let left = uploads.iter().filter(|upload| !confirmed.contains(&upload.file)).copied().collect();
            engine = UploadEngine::new(left, true, true);
            waiting.clear();
            held = true;
            last_failure = None;
        }
        let input = match waiting.pop_front() {
            Some(Action::WakeAt(at)) => {
                now = Timestamp(now.0.max(at.0));
                Input::TimerFired
            }
            Some(Action::Discover) => Input::Discovered(Ok(u64::MAX)),
            Some(action) => {
                now = now.plus(1 + chance.below(20_000) as i64);
                match serve(&mut server, &mut chance, faults, &uploads, &action) {
                    Some((file, outcome)) => {
                        let failed = matches!(outcome, UploadOutcome::Later { .. } | UploadOutcome::Strange | UploadOutcome::Elsewhere);
                        last_failure = if failed { Some(now) } else { None };
                        Input::Answered { file, outcome }
                    }
                    None => Input::TimerFired,
                }
            }
            None if engine.trouble() == Some(Trouble::SignIn) => Input::SignedInChanged(true),
            None => {
                held = faults && chance.one_in(2);
                Input::Held(held)
            }
        };
        if matches!(input, Input::SignedInChanged(true)) {
            last_failure = None;
        }
        for action in engine.handle(now, chance.next() as u32, input) {
            if action_file(&action).is_some() {
                prop_assert!(!held, "text first");
                prop_assert!(last_failure.is_none_or(|failure| now.since(failure) >= FLOOR_MS), "attempts keep their distance");
            }
            match action {
                Action::Confirmed(file) => {
                    let size = uploads.iter().find(|upload| upload.file == file).map(|upload| upload.size);
                    // Only a disk that the server lost after it had said so may lack it.
                    if !faults {
                        prop_assert_eq!(server.held.get(&file).copied(), size);
                    }
                    confirmed.push(file);
                }
                Action::Park(_, reason) => prop_assert!(false, "{:?} on a server that refuses nothing", reason),
                action => waiting.push_back(action),
            }
        }
        if confirmed.len() == uploads.len() {
            return Ok(server.received);
        }
    }
    prop_assert!(false, "not done: {engine:?}");
    Ok(0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_file_arrives_whole_over_any_line(seed in any::<u64>(), sizes in prop::collection::vec(1_u64..3_000_000, 1..4)) {
        voyage(seed, &sizes)?;
    }

    /// With a line that only cuts, and a server that forgets nothing, no byte travels twice.
    #[test]
    fn a_cutting_line_costs_nothing_twice(seed in any::<u64>(), size in 1_u64..5_000_000) {
        let mut chance = Chance(seed);
        let mut device = Device::with(vec![upload(1, size)]);
        let mut held = 0;
        let mut received = 0;
        let mut waiting: VecDeque<Action> = device.feed(Input::Held(false)).into();
        for _ in 0..2_000 {
            let Some(action) = waiting.pop_front() else { break };
            let next = match action {
                Action::WakeAt(at) => {
                    device.now = at;
                    device.feed(Input::TimerFired)
                }
                Action::Create(_) | Action::Ask(_) => device.at(1, held),
                Action::Send { from, to, .. } => {
                    prop_assert_eq!(from, held);
                    let cut = if chance.one_in(2) { from + chance.below(to - from) } else { to };
                    received += cut - from;
                    held = cut;
                    device.after_ms(700);
                    if cut < to { device.answer(1, lost()) } else { device.at(1, held) }
                }
                Action::Confirmed(_) => {
                    prop_assert_eq!(received, size);
                    return Ok(());
                }
                other => return Err(TestCaseError::fail(format!("{other:?}"))),
            };
            waiting.extend(next);
        }
        prop_assert!(false, "not done");
    }
}

#[test]
fn an_answer_of_a_history_that_is_no_longer_the_servers_confirms_nothing() {
    let mut device = Device::with(vec![upload(1, 10)]);
    assert_eq!(device.feed(Input::Held(false)), [Action::Create(id(1))]);
    assert_eq!(device.at(1, 0), [send(1, 0, 10)]);
    assert_eq!(device.at(1, 10), [Action::Ask(id(1))]);
    // Restored from a backup while the answer was on its way: the file is begun again.
    assert_eq!(device.feed(Input::AnotherHistory), []);
    assert_eq!(device.at(1, 10), [Action::Create(id(1))]);
    assert_eq!(device.at(1, 10), [Action::Confirmed(id(1))]);
}
