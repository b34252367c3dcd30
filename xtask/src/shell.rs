//! Starting other programs: where the project lies, what a failed program leaves to read, and a sign of
//! life while a long one works. It decides nothing about what is run.

use std::fmt;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const HEARTBEAT: Duration = Duration::from_secs(10);
const TAIL_LINES: usize = 60;

/// Why a command or a step could not be finished, and what the reader can do about it.
#[derive(Debug)]
pub struct Failure {
    what: String,
    advice: String,
}

impl Failure {
    pub fn new(what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { what: what.into(), advice: advice.into() }
    }

    /// For a file operation: the operating system's own words and the path are the best advice there is.
    pub fn file(path: &Path, error: &std::io::Error) -> Self {
        Self::new(format!("{}: {error}", path.display()), "see that the path exists and can be written")
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}", self.what)?;
        write!(out, "What to do: {}", self.advice)
    }
}

/// The folder of the workspace, where every command is started.
pub fn root() -> PathBuf {
    let own = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    own.parent().map(Path::to_path_buf).unwrap_or(own)
}

/// Where Cargo puts what it builds.
pub fn target_dir() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// The folder for everything that xtask itself leaves behind between runs.
pub fn scratch() -> PathBuf {
    target_dir().join("xtask-work")
}

/// The same Cargo that runs this program.
pub fn cargo() -> Command {
    program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

pub fn program(name: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root());
    // Set by the `cargo run` that started this program; a nested Cargo would take them for its own.
    for inherited in ["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "CARGO_PKG_NAME", "CARGO_PKG_VERSION"] {
        command.env_remove(inherited);
    }
    command
}

/// Runs a program to its end with its output in a log file, and prints a line every ten seconds: how long
/// it has taken and what it said last. `label` names the step on those lines and the log.
///
/// # Errors
/// The program could not be started, or ended with a failure: the end of its output is printed first.
pub fn watch(label: &str, command: &mut Command, advice: &str) -> Result<(), Failure> {
    let log_path = log_path(label);
    if let Some(folder) = log_path.parent() {
        fs::create_dir_all(folder).map_err(|error| Failure::file(folder, &error))?;
    }
    let log = File::create(&log_path).map_err(|error| Failure::file(&log_path, &error))?;
    let also_log = log.try_clone().map_err(|error| Failure::file(&log_path, &error))?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(log)
        .stderr(also_log)
        .spawn()
        .map_err(|error| Failure::new(format!("{} could not be started: {error}", command.get_program().display()), advice))?;

    let started = Instant::now();
    let mut next_sign = HEARTBEAT;
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) => thread::sleep(Duration::from_millis(50)),
            Err(error) => return Err(Failure::new(format!("{label}: {error}"), advice)),
        }
        if started.elapsed() >= next_sign {
            println!("      {label}: {} s  {}", started.elapsed().as_secs(), last_line(&log_path));
            next_sign += HEARTBEAT;
        }
    };
    if status.success() {
        return Ok(());
    }
    println!("\n--- {label}: the end of its output ---\n{}\n---", tail(&log_path, TAIL_LINES));
    Err(Failure::new(format!("{label} ended with {status}; all of its output is in {}", log_path.display()), advice))
}

/// What a short program prints, or `None` when it is not there or fails.
pub fn answer(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The first of `names` that is an executable on PATH.
pub fn find_on_path(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    names.iter().find_map(|name| std::env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file()))
}

/// The whole log of the last run of a step.
pub fn log_of(label: &str) -> String {
    fs::read_to_string(log_path(label)).unwrap_or_default()
}

fn log_path(label: &str) -> PathBuf {
    let name: String = label.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
    scratch().join("logs").join(format!("{name}.log"))
}

fn last_line(path: &Path) -> String {
    tail(path, 1).chars().filter(|letter| !letter.is_control()).take(90).collect()
}

fn tail(path: &Path, lines: usize) -> String {
    const WINDOW: u64 = 16 * 1024;
    let Ok(mut file) = File::open(path) else {
        return String::new();
    };
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    let mut bytes = Vec::new();
    if file.seek(SeekFrom::Start(length.saturating_sub(WINDOW))).is_err() || file.read_to_end(&mut bytes).is_err() {
        return String::new();
    }
    let text = String::from_utf8_lossy(&bytes);
    let kept: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    kept[kept.len().saturating_sub(lines)..].join("\n")
}
