//! What a colour may mean. A tone is always beside words or an icon, never alone.

/// The meaning that a tag, a banner or a deadline carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// No judgement: a draft, a role, a count.
    #[default]
    Neutral,
    /// Under way, worth knowing.
    Info,
    /// Done, and proven so: the receipt is in hand.
    Success,
    /// Due today, or doubtful until a person looks.
    Warning,
    /// Overdue or refused.
    Danger,
    /// Belongs to training, where nothing is real. Used for nothing else.
    Training,
}

impl Tone {
    /// The last part of the class name, as in `tag--warning`.
    pub fn class_suffix(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Danger => "danger",
            Self::Training => "training",
        }
    }
}
