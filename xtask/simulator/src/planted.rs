//! Bugs that are put in on purpose, as switches of a run: what the simulator must find, each within so many schedules.

macro_rules! planted {
    ($($(#[$doc:meta])* $name:ident => $breaks:expr,)*) => {
        /// A bug that is put in on purpose; `None` runs the app as it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Planted {
            /// None.
            None,
            $($(#[$doc])* $name,)*
        }

        impl Planted {
            /// Every bug, with the invariants one of which has to break.
            pub const ALL: &'static [(Self, &'static [u8])] = &[$((Self::$name, &$breaks),)*];

            /// The first seed whose schedules can find it.
            #[must_use]
            pub const fn from(self) -> u64 {
                match self {
                    // One in some 20,000 of those schedules, and in 200,000 of those in which more can happen.
                    Self::BaseIsNumber => crate::run::FIRST,
                    Self::TakenInUnseen
                    | Self::CarrierIsAuthor
                    | Self::CarrierUnnamed
                    | Self::ImportWritesOver
                    | Self::CopiedAgain
                    | Self::SubmittedComesBack
                    | Self::CarriedUnnamed
                    | Self::PackedUnnoted => crate::run::CARRYING,
                    // One in some 250,000 of them.
                    Self::LaterAttemptUnasked => 200_000,
                    Self::GapPassed | Self::UnreadablePassed => crate::run::PAGES,
                    _ => 0,
                }
            }
        }
    };
}

planted! {
    /// "Saved" is shown when the request succeeds, before the transaction is complete.
    SavedOnRequest => [1],
    /// "Saved" rests on a relaxed commit.
    RelaxedBehindSaved => [1, 18],
    /// A draft is dropped in one commit and its command put in the next.
    SubmitInTwoCommits => [1],
    /// A command leaves the outbox when it is sent.
    RemovedAtSend => [1, 4],
    /// Every attempt has an id of its own.
    NewIdPerTry => [2, 4, 18],
    /// The server forgets after a while which commands it holds, and takes them whatever state their author saw.
    DedupeExpires => [2],
    /// The server takes a command whatever state its author saw.
    ServerIgnoresBase => [1, 3, 5],
    /// The server compares the number of acts that an author saw, and not the last of them.
    BaseIsNumber => [3, 5],
    /// The server takes the device's word for where the case stands.
    ServerTrustsDevice => [19],
    /// On a conflict the command is given the newest base and sent again, unmerged.
    LastWriterWins => [5],
    /// A pull gives waiting commands the newest base.
    BaseRefreshedByPull => [5],
    /// Of a field that both sides changed, mine is taken.
    MergeTakesMine => [5],
    /// Every command is a lane of its own.
    PipelineInLane => [3, 11],
    /// 403 drops the command.
    DroppedOn403 => [1, 4],
    /// Any 2xx is taken for a receipt.
    TruncatedIsReceipt => [1, 4, 12],
    /// Whoever answers first is taken for the backend, with or without the contract's header.
    HeaderIgnored => [11, 20],
    /// A result is believed whatever command it names.
    EchoIgnored => [1, 4, 12],
    /// What is in the outbox is sent under the account that is signed in now.
    OtherAccount => [9],
    /// The cursor is stored before its page.
    CursorBeforePage => [8],
    /// A page is applied whatever cursor it follows.
    NoPullFence => [8, 12],
    /// A new epoch is taken for a page like any other.
    EpochIgnored => [7, 8, 12, 17],
    /// A snapshot of a new epoch is taken without sending again what the server lost.
    LostNotSentAgain => [1],
    /// A page takes the place of the record of its case.
    PageReplacesCase => [8, 12],
    /// A page of news clears what was parked.
    PullClearsParked => [1, 4],
    /// A case that is hidden takes its drafts along.
    HiddenTakesDrafts => [1],
    /// Another account's sign-in empties the store.
    SignInEmpties => [1, 18],
    /// `Retry-After` is not kept.
    RetryAfterIgnored => [11],
    /// A failure is followed by the next attempt at once.
    NoBackOff => [11],
    /// Waits are kept by the clock on the wall.
    WallClockWaits => [11, 17],
    /// After a restart parked commands go out by themselves.
    ParkedResent => [6, 11],
    /// A command is given up after three attempts.
    LastAttempt => [17],
    /// A refused command holds every lane.
    ParkedHoldsAll => [17],
    /// A pull reopens what waits for a person because of a conflict.
    ConflictReopened => [6, 11],
    /// A leader that was frozen goes on as if it led still.
    NoLeaderFence => [13],
    /// Ids of commands come from a counter in the store.
    CountedIds => [2, 18],
    /// Ids of commands follow the clock on the wall alone.
    IdsByWallClock => [3, 15],
    /// A store that came up empty is taken for a first run.
    EmptyIsFirstRun => [18],
    /// A store that was set back is taken for the newest.
    OlderIsNewest => [18],
    /// "All sent" is said although commands wait for a person.
    ParkedIsSent => [14],
    /// "All sent" is said before anything was pulled.
    SentWithoutNews => [14],
    /// The receipt is kept in a commit of its own, after the command left the outbox.
    ReceiptInTwoCommits => [12],
    /// A correction leaves the command that it stands in for in the outbox.
    CorrectionSendsBoth => [2],
    /// A correction does not say which command it stands in for.
    CorrectionUnnamed => [2],
    /// What the officer states as the time of an act is overwritten by the device's clock.
    WallClockStated => [15, 17],
    /// Commands go in the order in which they were made, whatever their deadline.
    DeadlineIgnored => [21],
    /// What has not left the device is taken back without a look at whether another tab has sent it meanwhile.
    TakenBackUnguarded => [22],
    /// The first attempt is not noted before it goes out.
    FirstAttemptUnnoted => [22],
    /// A later attempt goes out without a look at what another tab did with the command.
    LaterAttemptUnasked => [22],
    /// What is taken back stays in the outbox.
    TakenBackStays => [2, 22],
    /// What is taken back leaves no trace in the journal.
    TakenBackUntold => [1, 4],
    /// The draft of a refused command that was taken back does not say which command it stands in for.
    TakenBackUnnamed => [2],
    /// What was carried is taken in without a look at what another tab did with it.
    TakenInUnseen => [6, 11, 23],
    /// Whoever carries a command gives it the own name.
    CarrierIsAuthor => [9],
    /// A carried command does not say who carries it.
    CarrierUnnamed => [9],
    /// A draft that comes in a kapsul is written over the version that is here.
    ImportWritesOver => [1, 23],
    /// A draft that comes beside another version of it comes anew each time.
    CopiedAgain => [23],
    /// A draft that was submitted here comes back with a kapsul.
    SubmittedComesBack => [23],
    /// A command does not say that its draft was on another device, too.
    CarriedUnnamed => [2],
    /// What goes into a kapsul counts as if it were here alone.
    PackedUnnoted => [2, 22],
    /// An act of a kind that this version does not know is left out of the snapshot.
    UnknownKindDropped => [8, 12, 7, 17],
    /// Acts with a gap before them are passed over with their page.
    GapPassed => [8],
    /// An act that cannot be read is passed over with its page.
    UnreadablePassed => [8],
}
