//! The tools that builds and tests need beside Cargo, their versions, and how each is put in place.
//! The only file that names a version of a tool; versions of crates stand in Cargo.toml, of npm packages in
//! tests/e2e/package-lock.json.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use crate::shell::{self, Failure};

const WASM_TARGET: &str = "wasm32-unknown-unknown";
const NODE_MAJOR: u32 = 20;

/// A program that is compiled from its source once and kept outside `target/`.
struct CargoTool {
    krate: &'static str,
    version: &'static str,
    programs: &'static [&'static str],
    features: &'static [&'static str],
    /// As low as its work allows: compiling these is the longest wait on a bare machine.
    opt_level: &'static str,
}

/// Has to be the version of the crate wasm-bindgen in Cargo.lock. It reads the whole WebAssembly of each
/// test build, so it is optimised a little.
const WASM_BINDGEN: CargoTool = CargoTool {
    krate: "wasm-bindgen-cli",
    version: "0.2.129",
    programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
    features: &[],
    opt_level: "1",
};

/// 0.22 needs a newer compiler than the workspace asks for. Without its features it cannot download
/// anything, which it is never asked to, and compiles in half the time.
const TRUNK: CargoTool =
    CargoTool { krate: "trunk", version: "0.21.14", programs: &["trunk"], features: &["--no-default-features"], opt_level: "0" };

/// Quick to compile rather than quick to run: these programs work for seconds.
const CHEAP_PROFILE: [(&str, &str); 3] =
    [("CARGO_PROFILE_RELEASE_LTO", "off"), ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"), ("CARGO_PROFILE_RELEASE_DEBUG", "false")];

/// The compiler is at least the one that Cargo.toml asks for.
///
/// # Errors
/// It is older, or there is none.
pub fn check_rust() -> Result<(), Failure> {
    let manifest = shell::root().join("Cargo.toml");
    let text = fs::read_to_string(&manifest).map_err(|error| Failure::file(&manifest, &error))?;
    let wanted = text
        .lines()
        .find_map(|line| line.strip_prefix("rust-version"))
        .and_then(|rest| rest.split('"').nth(1))
        .ok_or_else(|| Failure::new("Cargo.toml states no rust-version", "add it under [package]"))?;
    let found = shell::answer(shell::program("rustc").arg("--version"))
        .ok_or_else(|| Failure::new("rustc was not found", "install Rust with rustup"))?;
    let number = found.split_whitespace().nth(1).unwrap_or_default();
    if version(number) >= version(wanted) {
        return Ok(());
    }
    Err(Failure::new(
        format!("this project needs Rust {wanted} or newer; this machine has {found}"),
        "`rustup update stable`, or choose a newer toolchain with `rustup default`",
    ))
}

/// Major, minor and patch; what follows a hyphen does not count, a missing part is 0.
fn version(text: &str) -> [u32; 3] {
    let mut parts = [0; 3];
    let plain = text.trim_start_matches('v').split(['-', '+']).next().unwrap_or_default();
    for (part, word) in parts.iter_mut().zip(plain.split('.')) {
        *part = word.parse().unwrap_or(0);
    }
    parts
}

/// The compiler can make WebAssembly; adds the target where rustup is there to do it.
///
/// # Errors
/// The target is missing and could not be added.
pub fn wasm_target() -> Result<(), Failure> {
    let sysroot = shell::answer(shell::program("rustc").args(["--print", "sysroot"])).unwrap_or_default();
    if Path::new(&sysroot).join("lib/rustlib").join(WASM_TARGET).join("lib").is_dir() {
        return Ok(());
    }
    shell::watch(
        "add the wasm target",
        shell::program("rustup").args(["target", "add", WASM_TARGET]),
        "install the target wasm32-unknown-unknown of your Rust toolchain by hand",
    )
}

/// The two tools of the release build and of the browser tests, installed and on a search path of their own.
#[derive(Clone)]
pub struct WasmTools {
    path: OsString,
    bindgen: PathBuf,
    runner: PathBuf,
    trunk: PathBuf,
}

impl WasmTools {
    /// A call of Trunk that downloads nothing: it finds wasm-bindgen on the search path.
    pub fn trunk(&self, subcommand: &str) -> Command {
        let mut command = shell::program(&self.trunk);
        command.arg(subcommand).arg("--offline").env("PATH", &self.path);
        // Trunk reads NO_COLOR as a flag of its own and refuses the usual value 1.
        command.env_remove("NO_COLOR");
        command
    }

    /// A call of wasm-bindgen, for what Trunk does not build.
    pub fn bindgen(&self) -> Command {
        shell::program(&self.bindgen)
    }

    /// Runs the browser tests that Cargo has built.
    pub fn test_runner(&self) -> &Path {
        &self.runner
    }
}

/// Compiles what is missing of the wasm tools. Half a second when nothing is.
///
/// # Errors
/// A tool does not compile, or wasm-bindgen in Cargo.lock is another version than the tool's.
pub fn wasm_tools() -> Result<WasmTools, Failure> {
    check_wasm_bindgen_version()?;
    wasm_target()?;
    let bindgen = install(&WASM_BINDGEN)?;
    let trunk = install(&TRUNK)?;
    let mut search = vec![bindgen.clone(), trunk.clone()];
    search.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let path = std::env::join_paths(search)
        .map_err(|error| Failure::new(format!("PATH: {error}"), "take folders with a colon in their name out of PATH"))?;
    Ok(WasmTools {
        path,
        bindgen: bindgen.join("wasm-bindgen"),
        runner: bindgen.join("wasm-bindgen-test-runner"),
        trunk: trunk.join("trunk"),
    })
}

fn check_wasm_bindgen_version() -> Result<(), Failure> {
    let lock = shell::root().join("Cargo.lock");
    let text = fs::read_to_string(&lock).map_err(|error| Failure::file(&lock, &error))?;
    let locked = text
        .split("[[package]]")
        .find(|package| package.lines().any(|line| line == "name = \"wasm-bindgen\""))
        .and_then(|package| package.lines().find_map(|line| line.strip_prefix("version = ")))
        .map(|quoted| quoted.trim_matches('"'));
    match locked {
        None => Ok(()),
        Some(found) if found == WASM_BINDGEN.version => Ok(()),
        Some(found) => Err(Failure::new(
            format!("Cargo.lock has wasm-bindgen {found}, the tool is pinned to {}", WASM_BINDGEN.version),
            "the two have to be equal: change one of them, Cargo.toml or xtask/src/tools.rs",
        )),
    }
}

fn tools_dir() -> Result<PathBuf, Failure> {
    if let Some(dir) = std::env::var_os("SIPS_TOOLS") {
        return Ok(shell::root().join(dir));
    }
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .filter(|dir| !dir.is_empty())
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")))
        .ok_or_else(|| Failure::new("there is no home folder to keep the tools in", "set SIPS_TOOLS to a folder"))?;
    Ok(cache.join("sips-lapangan").join("tools"))
}

/// The folder with the tool's programs.
fn install(tool: &CargoTool) -> Result<PathBuf, Failure> {
    let name = format!("{}-{}", tool.krate, tool.version);
    let tools = tools_dir()?;
    let home = tools.join(&name);
    let bin = home.join("bin");
    if tool.programs.iter().all(|program| bin.join(program).is_file()) {
        return Ok(bin);
    }
    let build = tools.join("build").join(&name);
    let mut command = shell::cargo();
    command
        .args(["install", "--locked", "--version", tool.version, "--root"])
        .arg(&home)
        .args(tool.features)
        .arg(tool.krate)
        .env("CARGO_TARGET_DIR", &build)
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", tool.opt_level)
        .envs(CHEAP_PROFILE);
    shell::watch(
        &format!("install {name}"),
        &mut command,
        "see that crates can be downloaded; the step goes on where it stopped when it is run again",
    )?;
    // Only the programs are needed from now on; a leftover folder costs space and nothing else.
    let _ = fs::remove_dir_all(&build);
    Ok(bin)
}

/// The browser of the tests and the program that drives it.
pub struct Browser {
    pub chromium: PathBuf,
    pub chromedriver: PathBuf,
}

/// Finds Chromium and its driver, or installs Debian's packages.
///
/// # Errors
/// They are missing and this user may not install packages, or there is no apt.
pub fn browser() -> Result<Browser, Failure> {
    if let Some(browser) = find_browser() {
        return Ok(browser);
    }
    let advice = "install the packages chromium and chromium-driver, or name the programs in SIPS_CHROMIUM and SIPS_CHROMEDRIVER";
    install_packages("Chromium and ChromeDriver are", &["chromium", "chromium-driver"], advice)?;
    find_browser().ok_or_else(|| Failure::new("the packages are installed, the programs are not on PATH", advice))
}

/// Installs Debian's packages of what is missing.
fn install_packages(missing: &str, packages: &[&str], advice: &str) -> Result<(), Failure> {
    if shell::find_on_path(&["apt-get"]).is_none() {
        return Err(Failure::new(format!("{missing} missing, and there is no apt-get to install them"), advice));
    }
    let apt = |label: &str, arguments: &[&str]| {
        let mut command = if is_root() { shell::program("apt-get") } else { shell::program("sudo") };
        if !is_root() {
            command.args(["-n", "apt-get"]);
        }
        shell::watch(label, command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive"), advice)
    };
    // An outdated list is no reason to stop: the package may still be there under the listed version.
    let _ = apt("apt-get update", &["update"]);
    apt(&format!("install {}", packages[0]), &[&["install", "--yes", "--no-install-recommends"], packages].concat())
}

/// The programs of a PostgreSQL server, of which the tests start one of their own, or Debian's package of them. Debian keeps them out of
/// the search path; the tests look where it keeps them.
///
/// # Errors
/// They are missing and this user may not install packages, or there is no apt.
pub fn postgres() -> Result<(), Failure> {
    let versions = || fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|version| version.path().join("bin"));
    let found = || {
        ["initdb", "postgres"].iter().all(|name| shell::find_on_path(&[name]).is_some() || versions().any(|bin| bin.join(name).is_file()))
    };
    if found() {
        return Ok(());
    }
    let advice = "install the package postgresql; the tests start a server of their own, the package's may be stopped";
    install_packages("the programs initdb and postgres are", &["postgresql"], advice)?;
    if found() { Ok(()) } else { Err(Failure::new("the package is installed, its programs were not found", advice)) }
}

fn find_browser() -> Option<Browser> {
    let named = |variable: &str, names: &[&str]| std::env::var_os(variable).map(PathBuf::from).or_else(|| shell::find_on_path(names));
    Some(Browser {
        chromium: named("SIPS_CHROMIUM", &["chromium", "chromium-browser", "google-chrome"])?,
        chromedriver: named("SIPS_CHROMEDRIVER", &["chromedriver"])?,
    })
}

fn is_root() -> bool {
    shell::answer(Command::new("id").arg("-u")).as_deref() == Some("0")
}

/// Debian's Firefox, and its WebKitGTK with a driver and a screen for it.
///
/// # Errors
/// They are missing and this user may not install packages, or there is no apt.
pub fn engines() -> Result<(), Failure> {
    let programs = ["firefox-esr", "WebKitWebDriver", "Xvfb"];
    if programs.iter().all(|program| shell::find_on_path(&[program]).is_some()) {
        return Ok(());
    }
    let advice = "install the packages firefox-esr, webkit2gtk-driver and xvfb";
    install_packages("Firefox, WebKitGTK's driver or Xvfb are", &["firefox-esr", "webkit2gtk-driver", "xvfb"], advice)
}

/// Node for the journeys, with the packages of a folder, such as tests/e2e, as its lock file has them.
///
/// # Errors
/// Node is missing or too old, or `npm ci` fails.
pub fn node_packages(folder: &str) -> Result<(), Failure> {
    let found = shell::answer(shell::program("node").arg("--version")).unwrap_or_else(|| "none".to_owned());
    if version(&found)[0] < NODE_MAJOR {
        return Err(Failure::new(
            format!("the journeys need Node {NODE_MAJOR} or newer; this machine has {found}"),
            "install Node with npm; nothing else of the project needs it",
        ));
    }
    let folder = shell::root().join(folder);
    let lock = folder.join("package-lock.json");
    let locked = fs::read(&lock).map_err(|error| Failure::file(&lock, &error))?;
    let wanted = hex(&Sha256::digest(&locked));
    // Inside node_modules, so that it goes when the packages go.
    let stamp = folder.join("node_modules/.installed-lock");
    if fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) {
        return Ok(());
    }
    let mut npm = shell::program("npm");
    npm.args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    shell::watch("npm ci", &mut npm, "see that npm packages can be downloaded")?;
    fs::write(&stamp, wanted).map_err(|error| Failure::file(&stamp, &error))
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_compare_by_number_and_not_by_letter() {
        assert!(version("1.95.0") >= version("1.95"));
        assert!(version("1.100.0") > version("1.95"));
        assert!(version("v20.20.2") > version("20"));
        assert_eq!(version("1.96.0-nightly"), [1, 96, 0]);
        assert_eq!(version("none"), [0, 0, 0]);
    }
}
