//! `cargo xtask run`: the app and its reference backend on one address, for trying and for developing.
//! Both go on until the terminal's Ctrl+C, which reaches every program started here.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::bundle;
use crate::shell::{self, Failure};
use crate::test::backend_binary;
use crate::tools;

/// Trunk.toml sends /v1 and /.well-known to this port.
const DEV_BACKEND_PORT: u16 = 8199;

/// What `run` was asked for.
pub struct Options {
    port: u16,
    data: PathBuf,
    fresh: bool,
    dev: bool,
    /// Made-up cases for an empty database.
    seed_cases: Option<u32>,
}

impl Options {
    /// # Errors
    /// A word is no option of `run`, or its value is missing or no port.
    pub fn parse(words: &[&str]) -> Result<Self, Failure> {
        let mut options = Self { port: 8080, data: shell::target_dir().join("run-data"), fresh: false, dev: false, seed_cases: None };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--fresh" => options.fresh = true,
                "--dev" => options.dev = true,
                "--port" => {
                    let value = words.next().copied().unwrap_or_default();
                    options.port = value
                        .parse()
                        .ok()
                        .filter(|port| *port != 0)
                        .ok_or_else(|| Failure::new(format!("`--port {value}` is not a port"), "a number from 1 to 65535"))?;
                }
                "--seed-cases" => {
                    let value = words.next().copied().unwrap_or_default();
                    let cases = value.parse::<u32>().ok().filter(|cases| (1..=100_000).contains(cases));
                    let cases =
                        cases.ok_or_else(|| Failure::new(format!("`--seed-cases {value}` is no number of cases"), "from 1 to 100000"))?;
                    options.seed_cases = Some(cases);
                }
                "--data" => {
                    let value = words.next().ok_or_else(|| Failure::new("`--data` without a folder", "`--data DIR`"))?;
                    // Relative to where the command was typed, as a shell would have it.
                    options.data = std::path::absolute(value).map_err(|error| Failure::file(Path::new(value), &error))?;
                }
                other => {
                    return Err(Failure::new(format!("`run` does not know `{other}`"), "`cargo xtask help` lists its options"));
                }
            }
        }
        Ok(options)
    }
}

/// Builds and starts everything, and stays until one of the programs ends.
///
/// # Errors
/// A tool is missing, something does not compile, or the address is taken.
pub fn run(options: &Options) -> Result<(), Failure> {
    tools::check_rust()?;
    let tools = tools::wasm_tools()?;
    println!("Building app and backend; the first time takes some minutes.");
    let (app, backend) = thread::scope(|both| {
        // A profile each, so that Cargo does not make one wait for the other.
        let app = both.spawn(|| if options.dev { Ok(()) } else { bundle::build(&tools) });
        let backend = backend_binary("native");
        (app.join(), backend)
    });
    app.map_err(|_| Failure::new("the build of the app ended by itself", "run `cargo xtask build` to see why"))??;
    let backend = backend?;

    fs::create_dir_all(&options.data).map_err(|error| Failure::file(&options.data, &error))?;
    let app_folder = if options.dev { dev_app_folder()? } else { bundle::dist() };
    let port = if options.dev { DEV_BACKEND_PORT } else { options.port };
    let mut server = shell::program(&backend);
    server.args(["--listen", &format!("127.0.0.1:{port}"), "--data"]).arg(&options.data).arg("--app").arg(&app_folder);
    if options.fresh {
        // The backend knows which files of the folder are its own.
        server.arg("--fresh");
    }
    if let Some(cases) = options.seed_cases {
        server.args(["--seed-cases", &cases.to_string()]);
    }
    if options.dev {
        server.arg("--no-csp");
        for host in ["127.0.0.1", "localhost"] {
            server.arg("--allow-origin").arg(format!("http://{host}:{}", options.port));
        }
    }
    let mut programs = vec![start_backend(server)?];

    if options.dev {
        let mut serve = tools.trunk("serve");
        serve.args(["--address", "127.0.0.1", "--port", &options.port.to_string(), "--dist"]).arg(shell::scratch().join("dev-dist"));
        programs.push(Running::start("trunk", serve.stdin(Stdio::null()))?);
    }
    print_address(options, &backend);
    first_end(&mut programs)
}

/// What the backend serves beside the contract while Trunk serves the app: the service worker, unbuilt.
fn dev_app_folder() -> Result<PathBuf, Failure> {
    let folder = shell::scratch().join("dev-app");
    fs::create_dir_all(&folder).map_err(|error| Failure::file(&folder, &error))?;
    for file in ["service-worker.js", "index.html"] {
        let source = shell::root().join("public").join(file);
        fs::copy(&source, folder.join(file)).map_err(|error| Failure::file(&source, &error))?;
    }
    Ok(folder)
}

fn print_address(options: &Options, backend: &Path) {
    let accounts = shell::answer(Command::new(backend).arg("accounts")).unwrap_or_default();
    println!("\nSIPS Lapangan   http://localhost:{}", options.port);
    println!("data            {}", options.data.display());
    if options.dev {
        println!("development     rebuilds on change; no content security policy, no service worker");
    }
    println!("\n{accounts}\n\nCtrl+C ends it.");
}

/// A program that goes on beside this one, and ends with this value.
struct Running {
    name: &'static str,
    child: Child,
}

impl Running {
    fn start(name: &'static str, command: &mut Command) -> Result<Self, Failure> {
        let child = command.spawn().map_err(|error| Failure::new(format!("{name} could not be started: {error}"), "run it again"))?;
        Ok(Self { name, child })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by the same Ctrl+C. Nothing is lost: the backend keeps what it has answered for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts the backend and waits for its line `ready …`.
fn start_backend(mut command: Command) -> Result<Running, Failure> {
    let mut backend = Running::start("the backend", command.stdin(Stdio::null()).stdout(Stdio::piped()))?;
    let output = backend.child.stdout.take();
    let mut lines = output.into_iter().flat_map(|output| BufReader::new(output).lines()).map_while(Result::ok);
    if lines.by_ref().any(|line| line.starts_with("ready ")) {
        // Read on, so that a full pipe never stops the backend.
        thread::spawn(move || lines.for_each(|line| println!("{line}")));
        return Ok(backend);
    }
    Err(Failure::new(
        "the backend ended before it was ready; its reason stands above",
        "if the address is taken, choose another with --port",
    ))
}

/// Waits until one of the programs ends; the others end with the caller's list.
fn first_end(programs: &mut [Running]) -> Result<(), Failure> {
    loop {
        for program in programs.iter_mut() {
            match program.child.try_wait() {
                Ok(None) => {}
                Ok(Some(status)) if status.success() => return Ok(()),
                Ok(Some(status)) => {
                    let what = format!("{} ended with {status}", program.name);
                    return Err(Failure::new(what, "its reason stands above"));
                }
                Err(error) => {
                    return Err(Failure::new(format!("{}: {error}", program.name), "run it again"));
                }
            }
        }
        thread::sleep(Duration::from_millis(200));
    }
}

#[cfg(test)]
mod tests {
    use super::Options;

    #[test]
    fn options_are_read_in_any_order() {
        let options = Options::parse(&["--fresh", "--port", "9000", "--seed-cases", "500", "--dev"]).expect("known options");
        assert!(options.fresh && options.dev && options.seed_cases == Some(500));
        assert_eq!(options.port, 9000);
    }

    #[test]
    fn wrong_options_are_refused() {
        for words in
            [&["--port"][..], &["--port", "0"], &["--port", "a"], &["--data"], &["--seed-cases"], &["--seed-cases", "0"], &["--watch"]]
        {
            assert!(Options::parse(words).is_err(), "{words:?}");
        }
    }
}
