//! Scripts without comments and with short local names, by esbuild at the version that `xtask/npm` locks. What the
//! sources say is for people; the browser needs half of it.

use std::fs;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::shell::{self, Failure};
use crate::tools;

/// esbuild, installed.
pub struct Minifier(PathBuf);

impl Minifier {
    /// Installs it where it is missing. A moment when it is not.
    ///
    /// # Errors
    /// Node or npm is missing, or the package cannot be fetched.
    pub fn ready() -> Result<Self, Failure> {
        let folder = shell::root().join("xtask/npm");
        let lock = folder.join("package-lock.json");
        let wanted = tools::hex(&Sha256::digest(fs::read(&lock).map_err(|error| Failure::file(&lock, &error))?));
        // Inside node_modules, so that it goes when the packages go.
        let stamp = folder.join("node_modules/.installed-lock");
        if fs::read_to_string(&stamp).map_or(true, |have| have != wanted) {
            let mut npm = shell::program("npm");
            npm.args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder);
            shell::watch(
                "npm ci for the minifier",
                &mut npm,
                "install Node 20 or newer with npm, and see that npm packages can be downloaded",
            )?;
            fs::write(&stamp, wanted).map_err(|error| Failure::file(&stamp, &error))?;
        }
        Ok(Self(folder.join("node_modules/.bin/esbuild")))
    }

    /// The same script, smaller. Names that other files can see stay as they are.
    ///
    /// # Errors
    /// It is no valid script.
    pub fn script(&self, name: &str, text: &str) -> Result<String, Failure> {
        let folder = shell::scratch().join("minify");
        fs::create_dir_all(&folder).map_err(|error| Failure::file(&folder, &error))?;
        let (plain, small) = (folder.join(name), folder.join(format!("small-{name}")));
        fs::write(&plain, text).map_err(|error| Failure::file(&plain, &error))?;
        let mut esbuild = shell::program(&self.0);
        esbuild.arg(&plain).args(["--minify", "--charset=utf8", "--log-level=warning"]).arg(format!("--outfile={}", small.display()));
        shell::watch(&format!("minify {name}"), &mut esbuild, "mend the script that the messages above name")?;
        fs::read_to_string(&small).map_err(|error| Failure::file(&small, &error))
    }
}
