//! The covers over the browser.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_util::future::{Either, join, select};
use sips_lapangan::domain::digest::Digest;
use sips_lapangan::domain::evidence::{FileProblem, MediaType};
use sips_lapangan::domain::id::FileId;
use sips_lapangan::platform::channel::Channel;
use sips_lapangan::platform::install::{self, Install};
use sips_lapangan::platform::timer::{Interval, Timeout, sleep};
use sips_lapangan::platform::{clock, file, local, lock, log as app_log, page, password, random, service_worker, storage};
use sips_lapangan::store::CHUNK_BYTES;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::script::{Undo, run, run_async};
use crate::until;

fn counter() -> (Rc<Cell<u32>>, impl Fn() + Clone + 'static) {
    let count = Rc::new(Cell::new(0));
    let counted = Rc::clone(&count);
    (count, move || counted.set(counted.get() + 1))
}

fn unique(name: &str) -> String {
    format!("{name}-{:08x}", random::random_u32())
}

#[wasm_bindgen_test]
fn the_clock_runs_in_this_century_and_random_bytes_differ() {
    assert!((1_700_000_000_000..4_000_000_000_000).contains(&clock::now().0));
    assert_ne!(random::bytes::<32>(), random::bytes::<32>());
    assert_ne!(random::entropy(), random::entropy());
}

#[wasm_bindgen_test]
async fn timers_run_until_they_are_dropped() {
    let (once, count_once) = counter();
    let (never, count_never) = counter();
    let (often, count_often) = counter();
    let kept = Timeout::new(10, count_once);
    drop(Timeout::new(10, count_never));
    let interval = Interval::new(10, count_often);
    until("the interval ran twice", async || often.get() >= 2).await;
    drop(interval);
    let so_far = often.get();
    // Set later than all of the others: when it has run, they have.
    let (last, count_last) = counter();
    let witness = Timeout::new(40, count_last);
    until("the last one ran", async || last.get() == 1).await;
    assert_eq!((once.get(), never.get(), often.get()), (1, 0, so_far));
    drop(witness);
    drop(kept);
}

#[wasm_bindgen_test]
async fn a_timer_may_drop_itself() {
    let held: Rc<RefCell<Option<Timeout>>> = Rc::default();
    let (count, add) = counter();
    let inside = Rc::clone(&held);
    held.replace(Some(Timeout::new(1, move || {
        drop(inside.take());
        add();
    })));
    until("it ran", async || count.get() == 1).await;
    assert!(held.borrow().is_none());
}

#[wasm_bindgen_test]
fn small_texts_are_kept_and_listed() {
    let prefix = unique("test");
    let (a, b) = (format!("{prefix}.a"), format!("{prefix}.b"));
    assert_eq!(local::read(&a), None);
    local::write(&b, "2").expect("written");
    local::write(&a, "é🗳️").expect("written");
    assert_eq!(local::read(&a).as_deref(), Some("é🗳️"));
    assert_eq!(local::keys_with_prefix(&prefix), [a.clone(), b.clone()]);
    assert_eq!(local::write(&a, &"x".repeat(6 * 1024 * 1024)), Err(local::Refused));
    assert_eq!(local::read(&a).as_deref(), Some("é🗳️"), "a refused write leaves what stood there");
    local::remove(&a);
    local::remove(&b);
    assert!(local::keys_with_prefix(&prefix).is_empty());
}

#[wasm_bindgen_test]
async fn a_lock_has_one_holder_until_it_is_dropped() {
    assert!(lock::available());
    let name = unique("lock");
    let first = lock::try_hold(&name).await.expect("free");
    assert!(lock::try_hold(&name).await.is_none());
    let (got, add) = counter();
    spawn_local({
        let name = name.clone();
        async move {
            let _held = lock::wait_hold(&name).await.expect("in the end");
            add();
        }
    });
    assert!(lock::try_hold(&name).await.is_none());
    assert_eq!(got.get(), 0);
    drop(first);
    until("whoever waited got it", async || got.get() == 1).await;
    until("released again", async || lock::try_hold(&name).await.is_some()).await;
}

#[wasm_bindgen_test]
async fn whoever_stops_waiting_for_a_lock_does_not_get_it() {
    let name = unique("lock");
    let first = lock::try_hold(&name).await.expect("free");
    let waiting = Box::pin(lock::wait_hold(&name));
    let Either::Right((_, waiting)) = select(waiting, Box::pin(sleep(20))).await else { panic!("it is held") };
    drop(waiting);
    drop(first);
    until("it is free", async || lock::try_hold(&name).await.is_some()).await;
}

#[wasm_bindgen_test]
async fn the_robbed_one_hears_of_it_and_one_who_let_go_does_not() {
    let name = unique("lock");
    let (lost, add) = counter();
    let robbed = lock::try_hold(&name).await.expect("free");
    robbed.on_lost(add.clone());
    let thief = lock::steal(&name).await.expect("stolen");
    until("the robbed one was told", async || lost.get() == 1).await;
    assert!(robbed.is_lost() && !thief.is_lost());
    robbed.on_lost(add.clone());
    assert_eq!(lost.get(), 2, "told at once when it is lost already");
    drop(robbed);
    assert!(lock::try_hold(&name).await.is_none(), "the thief still holds it");
    thief.on_lost(add);
    drop(thief);
    until("it is free", async || lock::try_hold(&name).await.is_some()).await;
    assert_eq!(lost.get(), 2, "giving it up is no loss");
}

#[wasm_bindgen_test]
async fn tabs_hear_each_other_and_not_themselves() {
    let name = unique("channel");
    let heard: Rc<RefCell<Vec<String>>> = Rc::default();
    let listen = |who: &'static str| {
        let heard = Rc::clone(&heard);
        Channel::open(&name, move |text| heard.borrow_mut().push(format!("{who} {text}"))).expect("opened")
    };
    let (a, b, witness) = (listen("a"), listen("b"), listen("c"));
    a.send("hai");
    until("both heard it", async || heard.borrow().len() == 2).await;
    drop(b);
    a.send("ada?");
    until("the witness heard it", async || heard.borrow().iter().any(|text| text == "c ada?")).await;
    assert_eq!(*heard.borrow(), ["b hai", "c hai", "c ada?"]);
    drop(witness);
}

fn picked(name: &str, bytes: &[u8]) -> web_sys::File {
    let make = js_sys::Function::new_with_args("bytes, name", "return new File([bytes], name)");
    let bytes = js_sys::Uint8Array::from(bytes);
    make.call2(&wasm_bindgen::JsValue::UNDEFINED, &bytes, &name.into()).expect("a file").unchecked_into()
}

fn file_id() -> FileId {
    FileId::new(clock::now(), random::entropy())
}

#[wasm_bindgen_test]
async fn a_file_is_taken_whole_in_parts_with_its_digest() {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.extend((0..2 * CHUNK_BYTES).map(|at| at as u8));
    let progress: Rc<RefCell<Vec<u64>>> = Rc::default();
    let seen = Rc::clone(&progress);
    let id = file_id();
    let (taken, parts) =
        file::take(picked("bukti.pdf", &bytes), 1 << 20, id, move |read| seen.borrow_mut().push(read)).await.expect("taken");
    assert_eq!((taken.id, taken.name.as_str(), taken.media), (id, "bukti.pdf", MediaType::Pdf));
    assert_eq!((taken.size, taken.sha256), (bytes.len() as u64, Digest::of(&bytes)));
    assert_eq!(parts.iter().map(Vec::len).collect::<Vec<_>>(), [CHUNK_BYTES, CHUNK_BYTES, 9]);
    assert!(parts.concat() == bytes);
    assert_eq!(*progress.borrow(), [CHUNK_BYTES as u64, 2 * CHUNK_BYTES as u64, bytes.len() as u64]);
}

#[wasm_bindgen_test]
async fn files_that_are_not_taken_are_told_apart() {
    for (name, bytes, problem) in [
        ("a.pdf", b"".as_slice(), FileProblem::Empty),
        ("a.pdf", b"%PDF-1234567", FileProblem::TooLarge { size: 12, limit: 10 }),
        ("a.jpg", b"<html>", FileProblem::Mismatch),
        ("a.exe", b"MZ", FileProblem::NotAllowed),
    ] {
        assert_eq!(file::take(picked(name, bytes), 10, file_id(), |_| ()).await.err(), Some(problem), "{name}");
    }
}

#[wasm_bindgen_test]
async fn a_file_that_goes_away_or_changes_is_unreadable() {
    let spoilt = [
        "return new File(['x'], 'x').slice(0, 0)",
        "return { arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotReadableError')) }",
        "throw new DOMException('gone', 'NotFoundError')",
    ];
    for code in spoilt {
        let file = picked("a.pdf", b"%PDF-1.7\n%PDF-1.7\n%PDF-1.7\n%PDF-1.7\n%PDF-1.7\n");
        // The head can still be read; what comes after cannot.
        let slice = format!(
            "const real = File.prototype.slice; file.slice = (from, to) => {{ if (to <= 32) return real.call(file, from, to); {code} }}"
        );
        js_sys::Function::new_with_args("file", &slice).call1(&wasm_bindgen::JsValue::UNDEFINED, &file).expect("spoilt");
        assert_eq!(file::take(file, 1_000, file_id(), |_| ()).await.err(), Some(FileProblem::Unreadable), "{code}");
    }
}

#[wasm_bindgen_test]
async fn bytes_have_an_address_until_it_is_dropped() {
    // What cannot be drawn is there as it is.
    let parts = [b"%PDF".to_vec(), b"-1.7".to_vec()];
    let url = file::small_picture(&parts, "application/pdf", 240).await.expect("an address");
    let read = format!("const r = await fetch('{}'); return r.headers.get('Content-Type') + ' ' + await r.text()", url.as_str());
    assert_eq!(run_async(&read).await.as_string().as_deref(), Some("application/pdf %PDF-1.7"));
    let gone = format!("return fetch('{}').then(() => false, () => true)", url.as_str());
    drop(url);
    assert!(run_async(&gone).await.is_truthy());
}

#[wasm_bindgen_test]
async fn a_download_is_a_press_on_a_link_with_a_name() {
    run("window.realClick = HTMLAnchorElement.prototype.click;
         HTMLAnchorElement.prototype.click = function () { window.downloaded = this.download + ' ' + this.href.slice(0, 5) + ' ' + this.isConnected; };");
    let _undo = Undo("HTMLAnchorElement.prototype.click = window.realClick; delete window.realClick;");
    assert!(file::download("salinan draf.json", "application/json", &[b"{}".to_vec()]));
    assert_eq!(run("return window.downloaded").as_string().as_deref(), Some("salinan draf.json blob: true"));
    assert!(run("return document.querySelector('a[download]') === null").is_truthy());
}

#[wasm_bindgen_test]
async fn a_password_is_checked_by_the_standards_own_function() {
    let salt: [u8; 16] = std::array::from_fn(|at| at as u8);
    let verifier = password::verifier("rahasia 🗳️", &salt).await.expect("derived");
    // By hashlib.pbkdf2_hmac of Python.
    let expected = "eee11c06192ed9056c458cfe7bd843534f8c6d988406d3531077c1fe0c67ee4d";
    assert_eq!(verifier.map(|byte| format!("{byte:02x}")).concat(), expected);
    assert!(password::same(&verifier, &verifier));
    let mut other = verifier;
    other[31] ^= 1;
    assert!(!password::same(&verifier, &other));
}

#[wasm_bindgen_test]
async fn storage_may_say_nothing() {
    let (persisted, estimate) = join(storage::persisted(), storage::estimate()).await;
    assert!(!persisted || storage::persist().await);
    assert!(estimate.is_some_and(|(usage, quota)| usage < quota));
    run("Object.defineProperty(navigator, 'storage', { value: undefined, configurable: true })");
    let _undo = Undo("delete navigator.storage");
    assert!(!storage::persist().await && !storage::persisted().await);
    assert_eq!(storage::estimate().await, None);
}

#[wasm_bindgen_test]
async fn the_offer_to_install_is_kept_until_it_is_used() {
    let (changes, add) = counter();
    let install = Install::capture(add);
    assert!(!install.can_prompt() && !install.prompt().await);
    let offer = "const event = new Event('beforeinstallprompt', { cancelable: true });
         event.prompt = () => { window.prompted = true; return Promise.resolve(); };
         event.userChoice = Promise.resolve({ outcome: 'accepted' });
         window.dispatchEvent(event);
         return event.defaultPrevented;";
    assert!(run(offer).is_truthy(), "the browser's own bar is held back");
    assert_eq!((install.can_prompt(), changes.get()), (true, 1));
    assert!(install.prompt().await);
    assert!(run("return window.prompted").is_truthy());
    assert_eq!((install.can_prompt(), changes.get()), (false, 2));
    run(offer);
    run("window.dispatchEvent(new Event('appinstalled'))");
    assert_eq!((install.can_prompt(), changes.get()), (false, 4));
    drop(install);
    run(offer);
    assert_eq!(changes.get(), 4, "nothing is heard any more");
    assert!(!install::is_standalone() && !install::is_ios() && !install::is_in_app_browser());
}

#[wasm_bindgen_test]
async fn the_icon_shows_a_count_and_where_there_is_no_icon_nothing_happens() {
    run("window.badges = [];
         navigator.setAppBadge = (count) => { window.badges.push(count); return Promise.reject(new Error('not installed')); };");
    install::badge(3).await;
    install::badge(0).await;
    assert_eq!(run("return window.badges.join()").as_string().as_deref(), Some("3,0"));
    run("navigator.setAppBadge = undefined");
    let _undo = Undo("delete navigator.setAppBadge; delete window.badges");
    install::badge(1).await;
}

#[wasm_bindgen_test]
fn browsers_are_told_by_their_agents() {
    let iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";
    let mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15";
    let android = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36";
    let web_view = "Mozilla/5.0 (Linux; Android 14; SM-A155F Build/UP1A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36";
    assert!(install::is_ios_agent(iphone, 5) && install::is_ios_agent(mac, 5));
    assert!(!install::is_ios_agent(mac, 0) && !install::is_ios_agent(android, 5));
    assert!(install::is_in_app_agent(web_view) && install::is_in_app_agent(&format!("{iphone} [FBAN/FBIOS]")));
    assert!(install::is_in_app_agent(&format!("{android} WhatsApp/2.24")));
    assert!(!install::is_in_app_agent(iphone) && !install::is_in_app_agent(android) && !install::is_in_app_agent(mac));
}

#[wasm_bindgen_test]
fn what_happens_to_the_page_is_heard_until_the_guard_is_dropped() {
    let (online, add_online) = counter();
    let (seen, add_seen) = counter();
    let (left, add_left) = counter();
    let (back, add_back) = counter();
    let guards = [
        page::on_online_change(move |_| add_online()),
        page::on_visibility(move |is_visible| {
            assert!(is_visible == page::is_visible());
            add_seen();
        }),
        page::on_leave(add_left),
        page::on_return(add_back),
    ];
    let happen = "for (const kind of ['online', 'offline', 'pagehide']) window.dispatchEvent(new Event(kind));
         for (const kind of ['visibilitychange', 'freeze', 'resume']) document.dispatchEvent(new Event(kind));
         window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
         window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }));";
    run(happen);
    let counts = || (online.get(), seen.get(), left.get(), back.get());
    assert_eq!(counts(), (2, 1, 2, 2));
    drop(guards);
    run(happen);
    assert_eq!(counts(), (2, 1, 2, 2));
}

#[wasm_bindgen_test]
fn leaving_is_warned_of_only_while_the_guard_is_held() {
    let leave = "const event = new Event('beforeunload', { cancelable: true }); window.dispatchEvent(event); return event.defaultPrevented";
    let guard = page::warn_before_leaving();
    assert!(run(leave).is_truthy());
    drop(guard);
    assert!(!run(leave).is_truthy());
}

#[wasm_bindgen_test]
fn the_pages_root_carries_language_theme_and_title() {
    page::set_language("id");
    page::set_attribute("data-theme", Some("dark"));
    page::set_title("Draf – SIPS");
    let told = "const { lang, dataset } = document.documentElement; return lang + ' ' + dataset.theme + ' ' + document.title";
    assert_eq!(run(told).as_string().as_deref(), Some("id dark Draf – SIPS"));
    page::set_attribute("data-theme", None);
    assert_eq!(run(told).as_string().as_deref(), Some("id undefined Draf – SIPS"));
}

#[wasm_bindgen_test]
fn focus_and_caret_come_back_to_their_place() {
    run("const box = document.createElement('div');
         box.id = 'focus-test';
         box.innerHTML = '<div style=\"height: 5000px\"></div><textarea id=\"posita\">abcdef</textarea><input id=\"day\" type=\"date\"><div style=\"height: 5000px\"></div>';
         document.body.append(box);");
    let _undo = Undo("document.getElementById('focus-test').remove()");
    assert!(page::focus_by_id("posita", Some(3)));
    let told = "const e = document.activeElement; const { top, bottom } = e.getBoundingClientRect();
         return e.id + ' ' + e.selectionStart + e.selectionEnd + ' ' + (top > 0 && bottom < innerHeight)";
    assert_eq!(run(told).as_string().as_deref(), Some("posita 33 true"));
    assert!(page::focus_by_id("day", Some(3)), "an input without a caret is only focused");
    assert_eq!(run("return document.activeElement.id").as_string().as_deref(), Some("day"));
    assert!(!page::focus_by_id("nowhere", None));
}

#[wasm_bindgen_test]
async fn copying_and_sharing_say_whether_they_worked() {
    run("window.copied = [];
         Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => { window.copied.push(text); } }, configurable: true });
         Object.defineProperty(navigator, 'share', { value: async (data) => { if (!data.url) throw new DOMException('', 'AbortError'); window.copied.push(data); }, configurable: true });");
    let undo = Undo("delete navigator.clipboard; delete navigator.share; delete window.copied;");
    assert!(page::copy("SMT-4K7Q").await);
    assert!(page::can_share());
    assert!(page::share("judul", "teks", Some("https://sips.example/")).await);
    assert!(!page::share("judul", "teks", None).await, "the officer changed their mind");
    let told = run("return JSON.stringify(window.copied)").as_string();
    assert_eq!(told.as_deref(), Some(r#"["SMT-4K7Q",{"title":"judul","text":"teks","url":"https://sips.example/"}]"#));
    drop(undo);
    run("Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })");
    let _undo = Undo("delete navigator.clipboard");
    assert!(!page::copy("x").await);
}

#[wasm_bindgen_test]
fn the_log_keeps_its_last_lines() {
    app_log::install();
    app_log::install();
    log::debug!("not kept");
    log::warn!("é{}", "é".repeat(1_000));
    let line = app_log::lines().pop().expect("a line");
    assert!(line.contains(" WARN browser::platform: é") && line.len() <= 1_000, "{line}");
    for n in 0..app_log::LINES {
        log::info!("line {n}");
    }
    let lines = app_log::lines();
    assert_eq!(lines.len(), app_log::LINES);
    assert!(lines[0].ends_with(": line 0") && lines.last().is_some_and(|line| line.ends_with(": line 199")));
}

#[wasm_bindgen_test]
async fn a_worker_that_is_not_there_is_told() {
    assert!(service_worker::register(|| (), || ()).await.is_err());
    assert_eq!(service_worker::kept().await, None);
    run("Object.defineProperty(navigator, 'serviceWorker', { value: undefined, configurable: true })");
    let _undo = Undo("delete navigator.serviceWorker");
    assert!(service_worker::register(|| (), || ()).await.is_err());
    assert_eq!(service_worker::kept().await, None);
}

/// A container whose workers do what a test says.
fn stage_worker() -> Undo {
    run("const container = window.container = new EventTarget();
         const registration = window.registration = new EventTarget();
         const worker = (state) => Object.assign(new EventTarget(), { state, heard: [], postMessage(message, ports) {
           this.heard.push(message.type);
           if (ports) ports[0].postMessage({ type: message.type, release: 'r1', later: true });
         } });
         window.worker = worker;
         Object.assign(registration, { active: null, waiting: null, installing: null, update: async () => { window.updated = true; } });
         container.controller = null;
         container.register = async (url, options) => { window.registered = url + ' ' + options.updateViaCache; return registration; };
         Object.defineProperty(navigator, 'serviceWorker', { value: container, configurable: true });");
    Undo("delete navigator.serviceWorker")
}

#[wasm_bindgen_test]
async fn the_first_worker_is_no_update_and_the_next_one_is() {
    let _undo = stage_worker();
    let (ready, add_ready) = counter();
    let (taken, add_taken) = counter();
    let registered = service_worker::register(add_ready, add_taken).await.expect("registered");
    assert_eq!(run("return window.registered").as_string().as_deref(), Some("/service-worker.js none"));
    let find = "registration.installing = worker('installing'); registration.dispatchEvent(new Event('updatefound'));";
    let installed = "const w = registration.waiting = registration.installing; registration.installing = null;
         w.state = 'installed'; w.dispatchEvent(new Event('statechange'));";
    let take_over = "registration.active = container.controller = registration.waiting; registration.waiting = null;
         container.dispatchEvent(new Event('controllerchange'));";
    run(find);
    run(installed);
    run(take_over);
    assert_eq!((ready.get(), taken.get()), (0, 0), "the first one takes over by itself and nothing is reloaded");
    assert_eq!(service_worker::kept().await.map(|kept| kept.release).as_deref(), Some("r1"));
    registered.check_for_update().await;
    assert!(run("return window.updated").is_truthy());
    run(find);
    assert!(!registered.is_update_ready());
    run(installed);
    assert_eq!((ready.get(), registered.is_update_ready()), (1, true));
    // It is asked at once, and not again once it has taken over.
    join(registered.activate_waiting(), async {
        assert_eq!(run("return registration.waiting.heard.join()").as_string().as_deref(), Some("ACTIVATE"));
        run(take_over);
    })
    .await;
    assert_eq!(run("return registration.active.heard.join()").as_string().as_deref(), Some("ACTIVATE"));
    assert_eq!((ready.get(), taken.get()), (1, 1));
    drop(registered);
    run(find);
    run(installed);
    assert_eq!(ready.get(), 1, "nothing is heard any more");
}

#[wasm_bindgen_test]
async fn an_update_that_waited_before_the_start_is_told() {
    let _undo = stage_worker();
    run("registration.active = container.controller = worker('activated'); registration.waiting = worker('installed');");
    let (ready, add_ready) = counter();
    let _registered = service_worker::register(add_ready, || ()).await.expect("registered");
    assert_eq!(ready.get(), 1);
}
