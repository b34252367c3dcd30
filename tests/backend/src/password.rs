//! Passwords: Argon2id with the first of OWASP's recommended parameters (Password Storage Cheat Sheet: 19 MiB, two
//! passes, one lane). Both functions take tens of milliseconds and belong on a blocking thread.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{Error, PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

/// The longest password that is looked at, in bytes: a longer one is wrong without being hashed.
const MAX_BYTES: usize = 1_024;

/// The hash of a random password that was thrown away: something to compare with for a name that nobody has.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$5hmho6ION8q0e7Vk52D8OA$/YjUC3qVL+dZV33vRBwmGGuBRTwd+vPy9ub5Dnxr3FE";

fn argon2() -> Argon2<'static> {
    let params = Params::new(19 * 1_024, 2, 1, None).expect("these parameters are in range");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// A new hash as a PHC string, with its own salt.
///
/// # Errors
/// The computer gave no random bytes or no memory.
pub fn hash(password: &str) -> Result<String, Error> {
    Ok(argon2().hash_password(password.as_bytes())?.to_string())
}

/// Is it the password of this hash? Without a hash, as for a name that nobody has, the answer is no and takes as long.
#[must_use]
pub fn is_right(password: &str, hash: Option<&str>) -> bool {
    let known = hash.is_some() && password.len() <= MAX_BYTES;
    let hash = match hash {
        Some(hash) if known => hash,
        _ => NOBODY,
    };
    let password = if known { password } else { "" };
    let fits = PasswordHash::new(hash).is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok());
    known && fits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_fits() {
        let hash = hash("banyuasin").expect("a hash");
        for hash in [hash.as_str(), NOBODY] {
            assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
            assert!(PasswordHash::new(hash).is_ok());
        }
        assert!(is_right("banyuasin", Some(&hash)));
        assert!(!is_right("Banyuasin", Some(&hash)));
        assert!(!is_right("banyuasin", None));
        assert!(!is_right("", None));
        assert!(!is_right("banyuasin", Some("no hash")));
        assert!(!is_right(&"x".repeat(5_000), Some(&hash)));
    }
}
