//! How a server words a refusal of the core as a problem document: one way for every server written in Rust.

use super::wire::{FieldProblem, Problem, Retry};
use crate::domain::answers::Place;
use crate::domain::decide::Reason;
use crate::domain::form::ProblemCode;
use crate::domain::json;

/// The most reasons of one refusal: enough for every field of a form, and an answer stays small whatever was sent.
const MAX_REASONS: usize = 300;
const FORBIDDEN: u16 = 403;
const UNPROCESSABLE: u16 = 422;

/// A problem without words for the person yet.
#[must_use]
pub fn problem(status: u16, kind: &str, title: &str, retry: Retry) -> Problem {
    Problem { kind: kind.to_owned(), title: title.to_owned(), status, retry: Some(retry), ..Problem::default() }
}

/// The problem of a command that was made in training and brought to work.
#[must_use]
pub fn of_training() -> Problem {
    let problem = problem(FORBIDDEN, "/problems/training", "Made in training", Retry::Never);
    Problem { detail: "This command was made in training, and this is no server for training".to_owned(), ..problem }
}

/// The problem of a command that the core refused.
#[must_use]
pub fn against(mut reasons: Vec<Reason>) -> Problem {
    let has = |wanted: fn(&Reason) -> bool| reasons.iter().any(wanted);
    let (status, retry) = if has(|reason| matches!(reason, Reason::UnknownAct { .. } | Reason::UnknownVersion { .. })) {
        (UNPROCESSABLE, Retry::AfterUpdate)
    } else if has(|reason| matches!(reason, Reason::Role { .. } | Reason::Level { .. } | Reason::OtherOffice)) {
        (FORBIDDEN, Retry::Never)
    } else {
        (UNPROCESSABLE, Retry::Never)
    };
    reasons.truncate(MAX_REASONS);
    let fields = reasons.iter().filter_map(|reason| match reason {
        Reason::Form { problem } => Some(FieldProblem { pointer: pointer(&problem.place), code: code(&problem.code) }),
        _ => None,
    });
    Problem { fields: fields.collect(), reasons, ..problem(status, "/problems/rejected", "The procedure does not allow it", retry) }
}

/// A place as a JSON pointer (RFC 6901 §3).
fn pointer(place: &Place) -> String {
    let escape = |part: &str| part.replace('~', "~0").replace('/', "~1");
    let row = place.row.as_ref().map_or_else(String::new, |(list, row)| format!("/{}/{}", escape(list), escape(row)));
    format!("{row}/{}", escape(&place.field))
}

/// The key of a problem of a form: its JSON is that key, or an object with it as its only one.
fn code(code: &ProblemCode) -> String {
    json::write(code).split('"').nth(1).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::form;

    #[test]
    fn a_field_is_named_by_its_pointer_and_code() {
        let place = Place { row: Some(("list".into(), "a/b~c".into())), field: "name".into() };
        let of = |code| Reason::Form { problem: form::Problem { place: place.clone(), code } };
        let problem = against(vec![of(ProblemCode::Required), of(ProblemCode::TooLong { length: 6, max: 5 })]);
        let fields: Vec<_> = problem.fields.iter().map(|field| (field.pointer.as_str(), field.code.as_str())).collect();
        assert_eq!(fields, [("/list/a~1b~0c/name", "required"), ("/list/a~1b~0c/name", "too_long")]);
        assert_eq!(problem.status, UNPROCESSABLE);
    }

    #[test]
    fn who_may_not_is_told_so_before_anything_else() {
        assert_eq!(against(vec![Reason::Once, Reason::OtherOffice]).status, FORBIDDEN);
        let newer = against(vec![Reason::OtherOffice, Reason::UnknownAct { act: "x".into() }]);
        assert_eq!((newer.status, newer.retry), (UNPROCESSABLE, Some(Retry::AfterUpdate)));
        assert_eq!(against(vec![Reason::Once; 500]).reasons.len(), MAX_REASONS);
    }
}
