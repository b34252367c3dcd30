//! Signing in, with and without a network, and again when the session at the server has ended.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::banner::{Announce, Banner};
use crate::components::button::{Button, ButtonKind};
use crate::components::dialog::Dialog;
use crate::components::icon::IconName;
use crate::components::live::live;
use crate::components::page_header::PageHeader;
use crate::components::text_field::TextField;
use crate::components::tone::Tone;
use crate::domain::json;
use crate::domain::public::PublicView;
use crate::i18n::messages::Messages;
use crate::i18n::{Language, sentences};
use crate::pages::draft::page_title;
use crate::platform::timer::sleep;
use crate::platform::{file, install, page};
use crate::routes::{Route, Setting};
use crate::state::session::{self, SignInError};
use crate::state::{AppState, server};

/// The page for a device on which nobody is signed in.
#[component]
pub fn SignInPage(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let username = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<SignInError>);
    let title = app.say(|words| words.sign_in);
    page_title(app, title);
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let outcome = session::sign_in(app, &username.get_untracked(), &password.get_untracked()).await;
            // A successful sign-in has taken this page away.
            let _ = busy.try_set(false);
            let _ = error.try_set(outcome.err());
        });
    };
    view! {
        <div class="lock-screen">
            <PageHeader title lead=app.say_some(|words| words.sign_in_lead) />
            {place_warning(app)}
            // Whoever signs in where the storage may be emptied at any time would lose what is written there.
            {(!install::is_in_app_browser()).then(|| view! {
                <form class="stack" on:submit=on_submit novalidate>
                    <SignInProblem app error />
                    <TextField
                        id="username"
                        label=app.say(|words| words.username)
                        value=username
                        on_input=Callback::new(move |text| username.set(text))
                        autocomplete="username"
                        autocapitalize="none"
                        enter_key_hint="next"
                    />
                    <PasswordField app password />
                    <div class="action-bar">
                        <Button
                            label=title
                            submit=true
                            busy
                            busy_label=app.say_some(|words| words.signing_in)
                        />
                    </div>
                </form>
                <p class="muted">{app.say(|words| words.sign_in_offline_note)}</p>
            })}
            <p><a href=Route::Public(PublicView::Petitions).path()>{app.say(|words| words.to_public)}</a></p>
            <p><a href=Route::Training.path()>{app.say(|words| words.to_training)}</a></p>
            <p><a href=Route::Setting(Setting::Server).path()>{app.say(|words| words.server)} ": " {server::shown()}</a></p>
            <LanguageSwitch app />
        </div>
    }
}

/// What keeps this window from being a safe place to work in: the browser inside another app, or Safari where the app is not installed.
fn place_warning(app: AppState) -> Option<impl IntoView> {
    let [title, help]: [fn(&'static Messages) -> &'static str; 2] = if install::is_in_app_browser() {
        [|words| words.in_app_browser, |words| words.in_app_browser_help]
    } else if install::is_ios() && !install::is_standalone() {
        [|words| words.ios_not_installed, |words| words.ios_not_installed_help]
    } else {
        return None;
    };
    Some(view! { <Banner title=app.say(title) tone=Tone::Warning><p>{app.say(help)}</p></Banner> })
}

/// The password with its switch.
#[component]
fn PasswordField(app: AppState, password: RwSignal<String>) -> impl IntoView {
    view! {
        <TextField
            id="password"
            label=app.say(|words| words.password)
            value=password
            on_input=Callback::new(move |text| password.set(text))
            input_type="password"
            autocomplete="current-password"
            reveal_label=app.say_some(|words| words.show_password)
            enter_key_hint="go"
        />
    }
}

/// Why nobody was signed in: what happened, what is safe, what to do.
#[component]
fn SignInProblem(app: AppState, error: RwSignal<Option<SignInError>>) -> impl IntoView {
    live(move || {
        error.get().map(|error| {
            let words = app.words();
            let text = match error {
                SignInError::Empty => words.sign_in_empty.to_owned(),
                SignInError::WrongPassword => words.wrong_password.to_owned(),
                SignInError::Limited(seconds) => match (seconds, app.language.get()) {
                    (Some(seconds), Language::Id) => format!("{} Tunggu {seconds} detik.", words.too_many_attempts),
                    (Some(seconds), Language::En) => format!("{} Wait {seconds} seconds.", words.too_many_attempts),
                    (None, _) => words.too_many_attempts.to_owned(),
                },
                SignInError::UnknownHere => words.unknown_here.to_owned(),
                SignInError::WrongPasswordHere => words.wrong_password_here.to_owned(),
                SignInError::Strange => words.sign_in_strange.to_owned(),
                SignInError::ServerTrouble => words.sign_in_server_trouble.to_owned(),
                SignInError::Refused(status) => format!("{} ({status})", words.sign_in_refused),
                SignInError::Storage => words.sign_in_storage.to_owned(),
            };
            view! {
                <Banner title=words.not_signed_in tone=Tone::Danger announce=Announce::AtOnce>
                    <p>{text}</p>
                </Banner>
            }
        })
    })
}

/// The screen was left alone: the password, or another person, opens it.
#[component]
pub fn Locked(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let title = app.say(|words| words.locked);
    page_title(app, title);
    let by_hand = session::locked_by_hand();
    // A copy holds what the lock hides: whoever asked for one here gets it behind the password.
    let copying = RwSignal::new(false);
    let ask_first = Callback::new(move |asking: RwSignal<bool>| {
        asking.set(false);
        copying.set(true);
        spawn_local(async {
            // The dialog gives the focus back first.
            sleep(0).await;
            let _ = page::focus_by_id("password", None);
        });
    });
    let lead = Signal::derive(move || {
        let words = app.words();
        Some(format!("{} {}", if by_hand { words.locked_by_hand } else { words.locked_idle }, words.locked_lead))
    });
    view! {
        <div class="page">
            <PageHeader title lead />
            <div role="status">{live(move || copying.get().then(|| view! { <p>{app.words().unlock_to_export}</p> }))}</div>
            <AskPassword
                app
                label=app.say(|words| words.unlock)
                act=Callback::new(move |(password, done): (String, Callback<SignInError>)| {
                    let copy = copying.get_untracked();
                    spawn_local(async move {
                        match session::unlock(app, &password).await {
                            Ok(()) if copy => save_texts(app),
                            Ok(()) => {}
                            Err(problem) => done.run(problem),
                        }
                    });
                })
            />
            <SignOut app kind=ButtonKind::Quiet copy=ask_first />
            <p class="muted">{app.say(|words| words.locked_note)}</p>
        </div>
    }
}

/// The texts that only this device holds, as the store keeps them: for safekeeping, where what makes a kapsul may not be at hand.
fn save_texts(app: AppState) {
    let text = json::write(&(app.drafts.get_untracked(), app.outbox.get_untracked()));
    if !file::download("sips-salinan.json", "application/json", &[text.into_bytes()]) {
        app.notify(app.words_untracked().download_failed.to_owned());
    }
}

/// The way out. While this device alone holds work it asks back: how much, and whether to save a copy first.
#[component]
pub fn SignOut(
    /// The app.
    app: AppState,
    /// How much the button asks for attention.
    kind: ButtonKind,
    /// How a copy is handed out, where it is not the plain one; it may close the dialog.
    #[prop(optional)]
    copy: Option<Callback<RwSignal<bool>>>,
) -> impl IntoView {
    let asking = RwSignal::new(false);
    let stay = Callback::new(move |()| asking.set(false));
    let leave = Callback::new(move |()| {
        asking.set(false);
        spawn_local(session::sign_out(app));
    });
    let press = Callback::new(move |()| {
        if session::only_here(app) > 0 || app.dirty.get_untracked() {
            asking.set(true);
        } else {
            leave.run(());
        }
    });
    let copy = Callback::new(move |()| match copy {
        Some(copy) => copy.run(asking),
        None => save_texts(app),
    });
    view! {
        <div><Button label=app.say(|words| words.sign_out) kind icon=IconName::SignOut on_press=press /></div>
        <Dialog
            open=asking
            on_close=stay
            title=app.say(|words| words.sign_out_question)
            close_label=app.say(|words| words.close)
            actions=ViewFn::from(move || view! {
                <Button label=app.words().stay_signed_in on_press=stay />
                // Where the storage cannot be read there is nothing to copy.
                {(app.only_here() > 0).then(|| view! { <Button label=app.words().export_unsent kind=ButtonKind::Secondary on_press=copy /> })}
                <Button label=app.words().sign_out_anyway kind=ButtonKind::Quiet on_press=leave />
            })
        >
            <p>{live(move || {
                let drafts = app.drafts.read().len();
                // Of a storage that cannot be read only the number is known.
                let unsent = session::only_here(app).saturating_sub(drafts);
                format!("{}, {drafts} {}.", sentences::unsent(app.language.get(), unsent), app.words().drafts_word)
            })}</p>
            <p>{app.say(|words| words.sign_out_help)}</p>
        </Dialog>
    }
}

/// The password of the account that works here.
#[component]
fn AskPassword(app: AppState, label: Signal<String>, act: Callback<(String, Callback<SignInError>)>) -> impl IntoView {
    let password = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<SignInError>);
    let failed = Callback::new(move |problem: SignInError| {
        let _ = busy.try_set(false);
        let _ = error.try_set(Some(problem));
    });
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !busy.get_untracked() {
            busy.set(true);
            act.run((password.get_untracked(), failed));
        }
    };
    view! {
        <form class="stack" on:submit=on_submit novalidate>
            <SignInProblem app error />
            // Password managers look for the name beside the password.
            <TextField
                id="username"
                label=app.say(|words| words.username)
                value=Signal::derive(move || app.account.get().map(|me| me.username).unwrap_or_default())
                on_input=crate::components::ignore()
                autocomplete="username"
                read_only=true
            />
            <PasswordField app password />
            <div class="action-bar">
                <Button label submit=true busy busy_label=app.say_some(|words| words.signing_in) />
            </div>
        </form>
    }
}

/// Signing in again while the work goes on: the account is known, only the password is asked for.
#[component]
pub fn SignInAgain(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let title = app.say(|words| words.sign_in_again);
    page_title(app, title);
    let act = Callback::new(move |(password, failed): (String, Callback<SignInError>)| {
        spawn_local(async move {
            match session::sign_in_again(app, &password).await {
                Ok(()) => {
                    app.notify(app.words_untracked().signed_in_again.to_owned());
                    app.navigation.go(&Route::Outbox);
                }
                Err(problem) => failed.run(problem),
            }
        });
    });
    view! {
        <div class="page">
            <PageHeader title lead=app.say_some(|words| words.sign_in_again_lead) />
            <AskPassword app label=title act />
        </div>
    }
}

/// The other language, one tap away.
#[component]
pub fn LanguageSwitch(
    /// The app.
    app: AppState,
) -> impl IntoView {
    let other = move || app.language.get().other();
    view! {
        // The button speaks the language that it leads to.
        <div lang=move || other().tag()>
            <Button
                label=Signal::derive(move || other().pick("Bahasa Indonesia", "English").to_owned())
                kind=ButtonKind::Quiet
                icon=IconName::Language
                on_press=Callback::new(move |()| app.language.set(other()))
            />
        </div>
    }
}
