//! Icons from the sprite in `public/sprite.svg`, which is a part of the page. An icon never carries meaning alone:
//! it is hidden from assistive technology and stands beside words, or in a button that has a name.

use leptos::prelude::*;

/// The symbols of the sprite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IconName {
    Home,
    Cases,
    Plus,
    Outbox,
    Settings,
    Calendar,
    Back,
    Next,
    Check,
    CheckCircle,
    Alert,
    Info,
    Clock,
    File,
    Image,
    Camera,
    Upload,
    Trash,
    Edit,
    Copy,
    Print,
    Search,
    User,
    Users,
    Lock,
    SignOut,
    WifiOff,
    Sync,
    Install,
    Language,
    Help,
    More,
    Close,
    ChevronDown,
    Eye,
    EyeOff,
    Share,
    Scale,
    Note,
    Filter,
    Flag,
    Training,
}

impl IconName {
    /// Every icon, in the order of the sprite.
    pub const ALL: [Self; 42] = [
        Self::Home,
        Self::Cases,
        Self::Plus,
        Self::Outbox,
        Self::Settings,
        Self::Calendar,
        Self::Back,
        Self::Next,
        Self::Check,
        Self::CheckCircle,
        Self::Alert,
        Self::Info,
        Self::Clock,
        Self::File,
        Self::Image,
        Self::Camera,
        Self::Upload,
        Self::Trash,
        Self::Edit,
        Self::Copy,
        Self::Print,
        Self::Search,
        Self::User,
        Self::Users,
        Self::Lock,
        Self::SignOut,
        Self::WifiOff,
        Self::Sync,
        Self::Install,
        Self::Language,
        Self::Help,
        Self::More,
        Self::Close,
        Self::ChevronDown,
        Self::Eye,
        Self::EyeOff,
        Self::Share,
        Self::Scale,
        Self::Note,
        Self::Filter,
        Self::Flag,
        Self::Training,
    ];

    /// The symbol's id in the sprite, without its `icon-`.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Cases => "cases",
            Self::Plus => "plus",
            Self::Outbox => "outbox",
            Self::Settings => "settings",
            Self::Calendar => "calendar",
            Self::Back => "back",
            Self::Next => "next",
            Self::Check => "check",
            Self::CheckCircle => "check-circle",
            Self::Alert => "alert",
            Self::Info => "info",
            Self::Clock => "clock",
            Self::File => "file",
            Self::Image => "image",
            Self::Camera => "camera",
            Self::Upload => "upload",
            Self::Trash => "trash",
            Self::Edit => "edit",
            Self::Copy => "copy",
            Self::Print => "print",
            Self::Search => "search",
            Self::User => "user",
            Self::Users => "users",
            Self::Lock => "lock",
            Self::SignOut => "sign-out",
            Self::WifiOff => "wifi-off",
            Self::Sync => "sync",
            Self::Install => "install",
            Self::Language => "language",
            Self::Help => "help",
            Self::More => "more",
            Self::Close => "close",
            Self::ChevronDown => "chevron-down",
            Self::Eye => "eye",
            Self::EyeOff => "eye-off",
            Self::Share => "share",
            Self::Scale => "scale",
            Self::Note => "note",
            Self::Filter => "filter",
            Self::Flag => "flag",
            Self::Training => "training",
        }
    }
}

/// One icon, as tall as the text around it asks for.
#[component]
pub fn Icon(name: IconName) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true" focusable="false">
            <use_ href=format!("#icon-{}", name.symbol())></use_>
        </svg>
    }
}
